import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { LedgerEntry } from '../../../commands/ports/erasure-ledger.ts'
import type { ErasureLog } from '../../../commands/ports/erasure-log.ts'
import { openFileLedger, readFileLedger } from '../../../infra/erasure/file-ledger.ts'
import { LedgerKeeper } from '../../../infra/erasure/ledger-keeper.ts'
import { prepareState } from '../../../infra/sqlite/long-term/prepare-state.ts'
import { openSqliteErasureLog } from '../../../infra/sqlite/long-term/sqlite-erasure-log.ts'
import { openSqliteLongTermStore } from '../../../infra/sqlite/long-term/sqlite-long-term-store.ts'
import { erasureAt } from '../../contract/erasure-log.ts'
import { checkpointAt, NO_CHANGES, PARTITION, uuidOf } from '../../contract/long-term-rows.ts'
import { caller, identity, openEmbedded, rememberRequest, waiting } from '../../support/embedded.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

test('erasures that others finished are noted, again and again and however many, and those that are not whole are not', async (t) => {
  const folder = temporaryFolder(t)
  const [state, path] = [join(folder, 'state.db'), join(folder, 'erasures.ledger')]
  prepareState(state, 1)
  const store = openSqliteLongTermStore(state)
  const fold = async (from: number, count: number, namespaces: readonly string[]): Promise<void> => {
    const erasures = Array.from({ length: count }, (_, n) => {
      const receiptId = uuidOf(`receipt ${from} ${n}`)
      return namespaces.map((namespace, i) => erasureAt(from + 2 * n + i, { receiptId, namespace }))
    }).flat()
    const before = await store.checkpoint(PARTITION)
    const to = checkpointAt(before, from + 2 * count)
    t.is((await store.move(PARTITION, before, to, { ...NO_CHANGES, erasures })).outcome, 'moved')
  }
  await fold(0, 250, ['default', 'other'])
  await fold(1_000, 3, ['default'])
  const log = openSqliteErasureLog(state)
  const ledger = await openFileLedger(path)
  const noted = async () => (await readFileLedger(path)).map(({ receiptId }) => receiptId).sort()
  const untilNoted = (receipts: readonly string[]) =>
    eventually(async () => assert.deepEqual(await noted(), [...receipts].sort()))
  const faults: unknown[] = []
  let isAway = true
  const erasures: ErasureLog = {
    ...log,
    all: async (after, limit) => {
      if (isAway) throw new Error('away')
      return log.all(after, limit)
    },
  }
  const onFault = (fault: unknown) => void faults.push(fault)
  const keeper = new LedgerKeeper({ erasures, ledger, onFault, everyMs: 50, againMs: 20 })
  await eventually(async () => assert.ok(faults.length >= 2))
  isAway = false
  const first = Array.from({ length: 250 }, (_, n) => uuidOf(`receipt 0 ${n}`))
  await t.notThrowsAsync(untilNoted(first))
  await fold(2_000, 1, ['default', 'other'])
  await t.notThrowsAsync(untilNoted([...first, uuidOf('receipt 2000 0')]))
  await keeper.close()
  await ledger.close()
  log.close()
  store.close()
})

const byReceipt = (entries: readonly LedgerEntry[]) => entries.toSorted((a, b) => (a.receiptId < b.receiptId ? -1 : 1))

test('a server that starts over a ledger that is gone, or lacks a line, writes it again', async (t) => {
  const folder = temporaryFolder(t)
  const path = join(folder, 'erasures.ledger')
  const first = await openEmbedded(t, folder)
  const receipts: string[] = []
  for (const subject of ['ada', 'bob']) {
    await first.commands.remember(waiting(), rememberRequest(`of ${subject}`, { userId: subject, subject }))
    const { receiptId } = await first.erasure.eraser.erase(caller(), { namespace: null, subject })
    receipts.push(receiptId)
    await eventually(async () => {
      const { status } = await first.erasure.subjects.receipt(identity, receiptId)
      if (status === 'pending') throw new Error('still pending')
    }, 60_000)
  }
  await first.close()
  const whole = await readFileLedger(path)
  t.deepEqual(
    whole.map(({ receiptId }) => receiptId),
    receipts,
  )
  const withoutFirst = (): void => writeFileSync(path, readFileSync(path, 'utf8').split('\n').slice(1).join('\n'))
  for (const harm of [withoutFirst, () => rmSync(path)]) {
    harm()
    const again = await openEmbedded(t, folder)
    const noted = await eventually(async () => {
      const entries = await readFileLedger(path)
      if (entries.length < whole.length) throw new Error('it is not whole yet')
      return entries
    })
    await again.close()
    t.deepEqual(byReceipt(noted), byReceipt(whole))
  }
})
