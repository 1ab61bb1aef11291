import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { partitionKey, partitionOf } from '../../../../domain/partition.ts'
import { SnapshotFolder } from '../../../../infra/views/snapshots/snapshot-folder.ts'
import { forget, reinforce, remember } from '../../../query-api/support/commands.ts'
import { FIRST_GENERATION, FoldedLog } from '../../../query-api/support/folded-log.ts'
import { eventually } from '../../../support/eventually.ts'
import { temporaryFolder } from '../../../support/temp-folder.ts'
import { filesOf, masterKey, scope, snapshotProcess, snapshotWritten } from './snapshot-process.ts'

async function withSnapshot(t: ExecutionContext) {
  const path = join(temporaryFolder(t), 'views')
  const master = masterKey()
  const log = new FoldedLog()
  for (let id = 1; id <= 30; id += 1) log.append(scope, remember(id, `memory ${id} of the harbour`))
  const first = snapshotProcess(log, path, { master })
  await first.recalled()
  await snapshotWritten(path)
  const start = (release = '1', key = master) => snapshotProcess(log, path, { release, master: key })
  /** What a process without a snapshot answers. */
  const fromRows = (query?: string) => snapshotProcess(log, join(path, 'none'), {}).recalled(query)
  return { path, log, first, start, fromRows, viewFile: () => filesOf(path, '.view')[0]! }
}

test('a view that a snapshot brought back and was caught up equals one that was loaded from rows', async (t) => {
  const { log, start, fromRows } = await withSnapshot(t)
  for (let id = 31; id <= 33; id += 1) log.append(scope, remember(id, `memory ${id} of the harbour`))
  log.append(scope, forget([3], 5_000))
  const { recalled, opener, faults } = start()
  t.deepEqual(await recalled(), await fromRows())
  t.is(opener.opened, 4, 'only rows that changed since are opened')
  t.deepEqual(faults, [])
})

test('a snapshot holds nothing that can be read, and its folder no other file than its key', async (t) => {
  const { path, viewFile } = await withSnapshot(t)
  t.false(readFileSync(viewFile()).toString('latin1').includes('harbour'))
  t.is(filesOf(path, '').length, 2)
})

test('a snapshot of another release is ignored, and replaced', async (t) => {
  const { start, viewFile } = await withSnapshot(t)
  const before = readFileSync(viewFile())
  const { recalled, opener, faults } = start('2')
  await recalled()
  t.is(opener.opened, 30)
  t.deepEqual(faults, [])
  await eventually(() => {
    if (readFileSync(viewFile()).equals(before)) throw new Error('not replaced yet')
  })
  const again = start('2')
  await again.recalled()
  t.is(again.opener.opened, 0)
})

test('a snapshot of another log is dropped, and the view loaded from rows', async (t) => {
  const { log, start, fromRows } = await withSnapshot(t)
  log.restoreLog(partitionOf(partitionKey(scope)), 5, 'b'.repeat(16))
  for (let id = 40; id <= 80; id += 1) log.append(scope, remember(id, `other ${id} of the harbour`))
  t.deepEqual(await start().recalled(), await fromRows())
})

for (const [damage, alter] of [
  [
    'flipped bit',
    (bytes: Buffer) => bytes.fill(bytes[bytes.length >> 1]! ^ 1, bytes.length >> 1, (bytes.length >> 1) + 1),
  ],
  ['missing end', (bytes: Buffer) => bytes.subarray(0, bytes.length - 100)],
  ['empty file', () => Buffer.alloc(0)],
] as const) {
  test(`a snapshot with a ${damage} is reported and made again from rows`, async (t) => {
    const { path, start, fromRows, viewFile } = await withSnapshot(t)
    writeFileSync(viewFile(), alter(readFileSync(viewFile())))
    const { recalled, faults } = start()
    t.deepEqual(await recalled(), await fromRows())
    t.regex(String(faults[0]), /snapshot of namespace notes is unusable/)
    await snapshotWritten(path)
    const again = start()
    await again.recalled()
    t.is(again.opener.opened, 0)
  })
}

test('a snapshot under the key of another master key is reported and made again', async (t) => {
  const { start, fromRows } = await withSnapshot(t)
  const { recalled, faults } = start('1', masterKey())
  t.deepEqual(await recalled(), await fromRows())
  t.is(faults.length, 1)
})

test('an erasure takes the snapshot and its key away at once, and the next one is sealed under another', async (t) => {
  const { path, log, first, start, viewFile } = await withSnapshot(t)
  const keyFile = filesOf(path, '.key')[0]!
  const [key, view] = [readFileSync(keyFile), readFileSync(viewFile())]
  first.opener.destroyed.add('a1'.repeat(16))
  log.append(scope, reinforce(7, 9_000))
  t.is((await first.recalled()).length, 29)
  await eventually(() => {
    if (readFileSync(viewFile()).equals(view)) throw new Error('not replaced yet')
  })
  t.false(readFileSync(keyFile).equals(key))
  writeFileSync(viewFile(), view)
  const { recalled, faults } = start()
  await recalled()
  t.regex(String((faults[0] as Error).cause), /its key is gone/)
})

test('what was erased while no process ran is gone from the next answer, and from the disk behind it', async (t) => {
  const { log, start, viewFile } = await withSnapshot(t)
  const before = readFileSync(viewFile())
  log.append(scope, reinforce(7, 9_000))
  const { recalled, opener } = start()
  opener.destroyed.add('a1'.repeat(16))
  t.is((await recalled()).length, 29)
  await eventually(() => {
    if (readFileSync(viewFile()).equals(before)) throw new Error('not replaced yet')
  })
})

test('of a view that was let go nothing is written any more', async (t) => {
  const path = join(temporaryFolder(t), 'views')
  const log = new FoldedLog()
  for (let id = 1; id <= 30; id += 1) log.append(scope, remember(id, `memory ${id} of the harbour`))
  const process = snapshotProcess(log, path, {})
  await process.recalled()
  process.snapshots.left(scope)
  // Due after it, and there: so whatever was due before is through.
  await snapshotProcess(log, join(path, '..', 'later'), {}).recalled()
  await snapshotWritten(join(path, '..', 'later'))
  t.deepEqual(filesOf(path, ''), [])
})

test('forgetting a namespace that has no snapshot is nothing', async (t) => {
  const process = snapshotProcess(new FoldedLog(), join(temporaryFolder(t), 'views'), {})
  await process.snapshots.forget(scope)
  t.deepEqual(process.faults, [])
})

test('a folder that cannot be written costs a report and no answer', async (t) => {
  const path = join(temporaryFolder(t), 'file')
  writeFileSync(path, 'in the way')
  const log = new FoldedLog()
  log.append(scope, remember(1, 'the harbour'))
  const { recalled, faults } = snapshotProcess(log, path, {})
  t.is((await recalled()).length, 1)
  await eventually(() => {
    if (faults.length === 0) throw new Error('not reported yet')
  })
  t.is((await recalled()).length, 1)
})

test('a view that changes while its snapshot is written is written whole, as it stood at one moment', async (t) => {
  const path = join(temporaryFolder(t), 'views')
  const master = masterKey()
  const log = new FoldedLog()
  for (let id = 1; id <= 50; id += 1) log.append(scope, remember(id, `memory ${id} of the harbour`))
  const busy = snapshotProcess(log, path, { master })
  for (let id = 51; filesOf(path, '.view').length === 0; id += 1) {
    log.append(scope, remember(id, `memory ${id} of the harbour`))
    await busy.recalled()
    // A view over a log in memory never waits for anything; whoever writes the snapshot does.
    await nextTurn()
  }
  const { recalled, faults } = snapshotProcess(log, path, { master })
  t.deepEqual(await recalled(), await busy.recalled())
  t.deepEqual([...faults, ...busy.faults], [])
})

test('of what was erased in the meantime, a snapshot from before is removed unread, and one from behind it is kept', async (t) => {
  const { path, log, first } = await withSnapshot(t)
  const partition = partitionOf(partitionKey(scope))
  const [offset, generation] = [log.head(partition), FIRST_GENERATION]
  const folder = new SnapshotFolder(path, first.master)
  const erased = (at: number) => [{ ...scope, partition, offset: at }]
  await folder.forgetBefore([{ ...scope, namespace: 'other', partition, offset: offset + 1 }], () => generation)
  await folder.forgetBefore(erased(offset), () => generation)
  t.is(filesOf(path, '').length, 2)
  await folder.forgetBefore(erased(offset + 1), () => generation)
  t.deepEqual(filesOf(path, ''), [])
})

test('a snapshot of another log, or under another master key, stands behind no erasure', async (t) => {
  for (const [isOwnKey, generation] of [
    [true, 'b'.repeat(16)],
    [false, FIRST_GENERATION],
  ] as const) {
    const { path, first } = await withSnapshot(t)
    const partition = partitionOf(partitionKey(scope))
    const folder = new SnapshotFolder(path, isOwnKey ? first.master : masterKey())
    await folder.forgetBefore([{ ...scope, partition, offset: 0 }], () => generation)
    t.deepEqual(filesOf(path, ''), [])
  }
})
