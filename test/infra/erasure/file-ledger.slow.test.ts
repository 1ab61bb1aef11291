import { appendFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
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

/** The line that records an erasure, without its end. */
async function lineOf(t: ExecutionContext, receiptId: string): Promise<string> {
  const path = join(temporaryFolder(t), 'of-one.ledger')
  const ledger = await openFileLedger(path)
  await ledger.record(entry(receiptId))
  await ledger.close()
  return readFileSync(path, 'utf8').trimEnd()
}

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

test('whoever records nothing reads what is there, of before the check too, makes no ledger where none is, and refuses a damaged one', async (t) => {
  const path = join(temporaryFolder(t), 'erasures.ledger')
  t.deepEqual(await readFileLedger(path), [])
  t.false(existsSync(path))
  writeFileSync(path, `${JSON.stringify(entry('one'))}\n`)
  t.deepEqual(await readFileLedger(path), [entry('one')])
  appendFileSync(path, '{"not":"an entry"}\n')
  await t.throwsAsync(readFileLedger(path), { name: 'LedgerError', message: /is damaged at line 2/ })
})

test('a line that a crash cut short is cut off, and the next one stands by itself', async (t) => {
  const path = join(temporaryFolder(t), 'erasures.ledger')
  const line = await lineOf(t, 'cut')
  for (let cut = 0; cut < line.length; cut += 7) {
    rmSync(path, { force: true })
    const first = await openFileLedger(path)
    await first.record(entry('one'))
    await first.close()
    appendFileSync(path, line.slice(0, cut))
    t.deepEqual(await readFileLedger(path), [entry('one')])
    const second = await openFileLedger(path)
    t.deepEqual(await idsOf(second), ['one'])
    await second.record(entry('two'))
    await second.close()
    t.deepEqual(await readFileLedger(path), [entry('one'), entry('two')])
  }
})

test('a last line that lacks nothing but its end is kept, with what is recorded behind it', async (t) => {
  const path = join(temporaryFolder(t), 'erasures.ledger')
  writeFileSync(path, await lineOf(t, 'one'))
  const ledger = await openFileLedger(path)
  await ledger.record(entry('two'))
  await ledger.close()
  t.deepEqual(await readFileLedger(path), [entry('one'), entry('two')])
})

test('any byte that is another one is found out, in every process, and where', async (t) => {
  const path = join(temporaryFolder(t), 'erasures.ledger')
  const first = Buffer.from(`${await lineOf(t, 'one')}\n`)
  const last = Buffer.from(`${await lineOf(t, 'two')}\n`)
  for (let at = 0; at < last.length; at++) {
    const damaged = Buffer.from(last)
    damaged[at]! ^= 1
    writeFileSync(path, Buffer.concat([first, damaged]))
    const found = { name: 'LedgerError', message: /erasures\.ledger is damaged at line 2\. Restore it/ }
    await t.throwsAsync(readFileLedger(path), found, `byte ${at}`)
    await t.throwsAsync(openFileLedger(path), found, `byte ${at}`)
  }
})

test('what never was a ledger is refused, whether a line of it has an end or not', async (t) => {
  const path = join(temporaryFolder(t), 'erasures.ledger')
  for (const text of ['garbage', 'garbage\n', '{}', '[]\n', '\0'.repeat(400), 'null\n', '\n']) {
    writeFileSync(path, text)
    await t.throwsAsync(openFileLedger(path), { name: 'LedgerError', message: /is damaged at line 1/ }, text)
    t.is(readFileSync(path, 'utf8'), text, 'it is left as it is')
  }
})
