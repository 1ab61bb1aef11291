import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ErasureLedger, LedgerEntry } from '../../../commands/ports/erasure-ledger.ts'
import { openFileLedger, readFileLedger } from '../../../infra/erasure/file-ledger.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const entry = (receiptId: string): LedgerEntry => ({
  receiptId,
  tenant: 'acme',
  recordedAt: 1,
  principal: 'tester',
  namespaces: [{ namespace: 'default', keyId: 'k', requestHmac: '00', keyIds: ['a', 'b'] }],
})

async function idsOf(ledger: ErasureLedger): Promise<readonly string[]> {
  const ids: string[] = []
  for await (const { receiptId } of ledger.entries()) ids.push(receiptId)
  return ids
}

test('what was recorded is there after a restart, each erasure once, for its owner alone', async (t) => {
  const path = join(temporaryFolder(t), 'deep', 'erasures.ledger')
  const first = await openFileLedger(path)
  await Promise.all(['one', 'two', 'one'].map((id) => first.record(entry(id))))
  await first.record(entry('two'))
  await first.close()
  t.is(readFileSync(path, 'utf8').trimEnd().split('\n').length, 2)
  t.is(statSync(path).mode & 0o777, 0o600)
  const second = await openFileLedger(path)
  t.deepEqual(await idsOf(second), ['one', 'two'])
  await second.record(entry('three'))
  t.deepEqual(await idsOf(second), ['one', 'two', 'three'])
  await second.close()
})

test('whoever records nothing reads what is there, makes no ledger where none is, and refuses a damaged one', async (t) => {
  const path = join(temporaryFolder(t), 'erasures.ledger')
  t.deepEqual(await readFileLedger(path), [])
  t.false(existsSync(path))
  writeFileSync(path, `${JSON.stringify(entry('one'))}\n`)
  t.deepEqual(await readFileLedger(path), [entry('one')])
  appendFileSync(path, '{"not":"an entry"}\n')
  await t.throwsAsync(readFileLedger(path), { name: 'LedgerError', message: /is damaged at line 2/ })
})

test('a line that a crash cut short is passed over, and the next one stands by itself', async (t) => {
  const path = join(temporaryFolder(t), 'erasures.ledger')
  const first = await openFileLedger(path)
  await first.record(entry('one'))
  await first.close()
  appendFileSync(path, JSON.stringify(entry('cut')).slice(0, 40))
  const second = await openFileLedger(path)
  t.deepEqual(await idsOf(second), ['one'])
  await second.record(entry('two'))
  await second.close()
  const third = await openFileLedger(path)
  t.deepEqual(await idsOf(third), ['one', 'two'])
  await third.close()
})

test('a ledger that holds something else is refused, with its line', async (t) => {
  const path = join(temporaryFolder(t), 'erasures.ledger')
  writeFileSync(path, `${JSON.stringify(entry('one'))}\n{"not":"an entry"}\n`)
  await t.throwsAsync(openFileLedger(path), { name: 'LedgerError', message: /is damaged at line 2/ })
})
