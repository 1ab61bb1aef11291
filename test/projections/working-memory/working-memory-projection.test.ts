import { setImmediate as nextTurn } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import type { Scope } from '../../../domain/names.ts'
import { partitionKey, partitionOf } from '../../../domain/partition.ts'
import { workingMemoryHash } from '../../../domain/working-memory/working-memory-hash.ts'
import { seedFromSource } from '../../../projections/working-memory/seed-from-source.ts'
import type { WorkingMemoryProjectionOptions } from '../../../projections/working-memory/working-memory-projection.ts'
import { keyIdOf, NEIGHBOUR, PARTITION, SCOPE } from '../../contract/working-memory-states.ts'
import { InMemoryWorkingMemoryStore } from '../../support/in-memory-working-memory-store.ts'
import { projectorOf } from './fold-world.ts'
import { FoldedWorld } from './folded-world.ts'

function setUp(options: Partial<WorkingMemoryProjectionOptions> = {}) {
  const world = new FoldedWorld(SCOPE)
  const store = new InMemoryWorkingMemoryStore(world.keys)
  return { world, store, ...projectorOf(world, store, options) }
}

type SetUp = ReturnType<typeof setUp>

async function foldAll({ world, projector }: SetUp): Promise<void> {
  await world.foldLongTerm()
  if (projector.state(PARTITION).name !== 'ready') await projector.take(PARTITION)
  await projector.catchUp(PARTITION)
}

async function assertIsSeed(t: ExecutionContext, { world, store }: SetUp, scope = SCOPE): Promise<void> {
  const read = await store.read(scope)
  if (read.outcome !== 'held') return t.fail(`the namespace is ${read.outcome}`)
  const { state, checkpoint } = await seedFromSource(world.feed, scope)
  t.is(read.checkpoint.offset, checkpoint.offset)
  t.is(workingMemoryHash({ ...read.state.memory, position: state.position }), workingMemoryHash(state))
}

test('a partition that the store knows nothing of begins where long-term memory is', async (t) => {
  const all = setUp()
  for (let n = 0; n < 5; n++) all.world.remember(SCOPE, { content: `note ${n}` })
  await foldAll(all)
  const { checkpoint, namespaces } = await all.store.load(PARTITION, [SCOPE])
  const longTerm = await all.world.longTerm.checkpoint(PARTITION)
  t.deepEqual(checkpoint, { ...longTerm, foldVersion: checkpoint.foldVersion })
  t.deepEqual(namespaces, [null])
  t.is((await all.projector.take(PARTITION)).name, 'ready')
})

test('a namespace is seeded when a record first touches it, and folded from then on', async (t) => {
  const all = setUp()
  let seeds = 0
  const { liveRows } = all.world.feed
  Object.assign(all.world.feed, {
    liveRows: (...asked: Parameters<typeof liveRows>) => {
      seeds += 1
      return liveRows(...asked)
    },
  })
  for (let n = 0; n < 80; n++) all.world.remember(SCOPE, { content: `note ${n}` })
  await foldAll(all)
  for (let n = 0; n < 40; n++) {
    all.world.remember(SCOPE, { content: `later note ${n}` })
    await foldAll(all)
  }
  t.is(seeds, 1)
  await assertIsSeed(t, all)
})

test('a seed that jumps ahead leaves out the records that it includes', async (t) => {
  const all = setUp()
  await foldAll(all)
  for (let n = 0; n < 120; n++) all.world.remember(SCOPE, { content: `note ${n}`, importance: n })
  all.world.change(SCOPE, { type: 'Forget', memoryIds: [all.world.written.get('acme/default')![3]!] })
  await all.world.foldLongTerm()
  await all.projector.take(PARTITION)
  await all.projector.offer(PARTITION, await all.world.read(PARTITION, 1, { records: 5, bytes: 1 << 20 }))
  const read = await all.store.read(SCOPE)
  t.is(read.checkpoint.offset, 5)
  t.is(read.outcome === 'held' && read.state.memory.position, all.world.head)
  await foldAll(all)
  await assertIsSeed(t, all)
})

test('only what long-term memory has passed is folded; the rest waits for it', async (t) => {
  const all = setUp()
  for (let n = 0; n < 10; n++) all.world.remember(SCOPE, { content: `note ${n}` })
  await all.world.foldLongTerm(0)
  await all.projector.take(PARTITION)
  const catchingUp = all.projector.catchUp(PARTITION)
  while (all.waiting.length < 2) await nextTurn()
  t.regex(all.waiting[0]!, /the projection that this one follows is at offset 0/)
  await all.world.foldLongTerm(4)
  while ((await all.store.checkpoint(PARTITION)).offset < 4) await nextTurn()
  t.is((await all.store.checkpoint(PARTITION)).offset, 4)
  await all.world.foldLongTerm()
  t.is((await catchingUp).name, 'ready')
  await assertIsSeed(t, all)
})

test('a data key that is missing without a mark halts the partition with its name, until it is back', async (t) => {
  const all = setUp()
  all.world.remember(SCOPE, { content: 'before' })
  await foldAll(all)
  all.world.remember(SCOPE, { content: 'unreadable', keyId: keyIdOf('lost') })
  all.world.remember(NEIGHBOUR, { content: 'behind it' })
  all.world.keys.missing.add(keyIdOf('lost'))
  await all.world.foldLongTerm()
  const catchingUp = all.projector.catchUp(PARTITION)
  while (all.waiting.length < 2) await nextTurn()
  t.regex(all.waiting[0]!, new RegExp(`${keyIdOf('lost')} of acme/default is neither there nor marked`))
  const read = await all.store.read(SCOPE)
  t.is(read.outcome === 'key-missing' && read.keyId, keyIdOf('lost'))
  t.is(read.checkpoint.offset, 1)
  all.world.keys.missing.clear()
  t.is((await catchingUp).name, 'ready')
  await assertIsSeed(t, all)
})

test('a record under a destroyed key is a tombstone that corrects all the same', async (t) => {
  const all = setUp()
  await foldAll(all)
  const first = all.world.remember(SCOPE, { content: 'first' })
  all.world.remember(SCOPE, { content: 'second' })
  await foldAll(all)
  all.world.remember(SCOPE, { content: 'a correction', keyId: keyIdOf('gone'), supersedes: first })
  all.world.keys.destroyed.add(keyIdOf('gone'))
  await foldAll(all)
  const read = await all.store.read(SCOPE)
  t.is(read.outcome === 'held' && read.state.memory.items.length, 1)
  await assertIsSeed(t, all)
})

test('what was made from another generation of the log is seeded again', async (t) => {
  const all = setUp()
  await foldAll(all)
  all.world.remember(SCOPE, { content: 'first' })
  await foldAll(all)
  const generation = 'b2'.repeat(8)
  all.world.appendBytes(
    SCOPE,
    all.world.codec.encode({
      type: 'Genesis',
      commandId: all.world.written.get('acme/default')![0]!,
      recordedAt: 0,
      generation,
    }),
  )
  all.world.remember(SCOPE, { content: 'second' })
  await foldAll(all)
  const read = await all.store.read(SCOPE)
  t.is(read.outcome === 'held' && read.state.generation, generation)
  t.is(read.checkpoint.generation, generation)
  await assertIsSeed(t, all)
})

/** Namespaces of the one partition. */
function namespacesOf(count: number): Scope[] {
  const scopes: Scope[] = []
  for (let n = 0; scopes.length < count; n++) {
    const scope = { tenant: 'acme', namespace: `n${n}` }
    if (partitionOf(partitionKey(scope)) === PARTITION) scopes.push(scope)
  }
  return scopes
}

test('a batch that touches many namespaces is cut, and every part of it is right', async (t) => {
  const scopes = namespacesOf(7)
  for (const options of [{ maxChanged: 3 }, { maxNew: 2 }, { maxNew: 2, maxChanged: 3 }]) {
    const all = setUp(options)
    await foldAll(all)
    all.world.remember(scopes[0]!, { content: 'known already' })
    await foldAll(all)
    for (let n = 0; n < 45; n++) all.world.remember(scopes[(n * n) % 7]!, { content: `note ${n}` })
    for (const scope of scopes) all.world.remember(scope, { content: 'last' })
    await foldAll(all)
    t.true(all.moves.length > 3)
    t.is((await all.store.checkpoint(PARTITION)).offset, all.world.head)
    for (const scope of scopes) await assertIsSeed(t, all, scope)
  }
})

test('a schema that this build does not know is waited for, and what comes before it is folded', async (t) => {
  const all = setUp()
  await foldAll(all)
  all.world.remember(SCOPE, { content: 'before' })
  const newer = Buffer.from(all.world.records.at(-1)!.value)
  newer.writeInt32BE(9_999, 1)
  await foldAll(all)
  all.world.appendBytes(SCOPE, newer)
  const catchingUp = all.projector.catchUp(PARTITION)
  while (all.waiting.length < 1) await nextTurn()
  t.regex(all.waiting[0]!, /schema 9999/)
  all.projector.release(PARTITION)
  t.is((await catchingUp).name, 'unassigned')
})

test('a record of which long-term memory has no outcome is waited for, never passed over', async (t) => {
  const all = setUp()
  await foldAll(all)
  all.world.remember(SCOPE, { content: 'a note' })
  await all.world.foldLongTerm()
  const taken = all.world.longTerm.outcomes.splice(0)
  await all.projector.take(PARTITION)
  const catchingUp = all.projector.catchUp(PARTITION)
  while (all.waiting.length < 1) await nextTurn()
  t.regex(all.waiting[0]!, /no outcome of offset 1/)
  all.world.longTerm.outcomes.push(...taken)
  t.is((await catchingUp).name, 'ready')
  await assertIsSeed(t, all)
})
