import test, { type ExecutionContext } from 'ava'
import { novelty } from '../../domain/density/apply-density.ts'
import { DENSITY_RANK, densityOf, normalised } from '../../domain/density/density.ts'
import { diversity, purity, trace } from '../../domain/density/density-figures.ts'
import { drift } from '../../domain/density/drift.ts'
import { squaredOverlaps } from '../../domain/density/squared-overlaps.ts'
import { encode } from '../../domain/encoding/encode.ts'
import type { Scope } from '../../domain/names.ts'
import { partitionKey, partitionOf } from '../../domain/partition.ts'
import { priorityOf } from '../../domain/working-memory/priority.ts'
import { CAPACITY } from '../../domain/working-memory/working-memory.ts'
import { DataKeyMissingError } from '../../projections/working-memory/data-key-missing-error.ts'
import type { WorkingMemory } from '../../query-api/ports/working-memory.ts'
import type { FoldedWorld, Note } from '../projections/working-memory/folded-world.ts'
import { keyIdOf, NEIGHBOUR, PARTITION, SCOPE } from './working-memory-states.ts'

export interface WorkingMemoryReadsUnderTest {
  /** Where a test writes. Nothing of it is folded yet. */
  readonly world: FoldedWorld
  /** Of the log that is folded. */
  readonly generation: string
  readonly memory: WorkingMemory
  /** The reads of a process that has read nothing yet, over the same stores. */
  another(): WorkingMemory
  /** Folds all that was written. */
  fold(): Promise<void>
  /** What the reads came upon that cannot be. */
  readonly alarms: readonly string[]
}

export interface WorkingMemoryReadsAdapter {
  readonly name: string
  open(t: ExecutionContext): Promise<WorkingMemoryReadsUnderTest>
}

/** A live memory as a test knows it: what working memory is defined by. */
interface Live {
  readonly memoryId: string
  readonly content: string
  readonly importance: number
  readonly knownAt: number
  readonly rehearsals: number
}

/** The same namespace of somebody else, in the same partition. */
const FOREIGN: Scope = foreignOf(SCOPE)
const NOTHING = '…'

function foreignOf({ namespace }: Scope): Scope {
  for (let n = 0; ; n++) {
    const scope = { tenant: `tenant-${n}`, namespace }
    if (partitionOf(partitionKey(scope)) === PARTITION) return scope
  }
}

/** What every working memory answers the query side, wherever it is kept. */
export function testWorkingMemoryReads({ name, open }: WorkingMemoryReadsAdapter): void {
  const withReads =
    (run: (t: ExecutionContext, opened: WorkingMemoryReadsUnderTest) => Promise<void>) =>
    async (t: ExecutionContext): Promise<void> => {
      const opened = await open(t)
      await run(t, opened)
      t.deepEqual(opened.alarms, [])
    }
  test(
    `${name}: of a namespace that nobody wrote to there is nothing, whatever its neighbours hold`,
    withReads(unknown),
  )
  test(`${name}: what is remembered is in mind by its priority, and ρ is made of it`, withReads(remembered))
  test(
    `${name}: the 64 of highest priority and the 256 newest are in mind, and what leaves makes room`,
    withReads(full),
  )
  test(`${name}: what is forgotten or corrected leaves, and comes back when it is restored`, withReads(forgotten))
  test(`${name}: what was useful rises, and what was not stays where it is`, withReads(rehearsed))
  test(`${name}: what is erased is gone, and the rest is as if it had never been`, withReads(erased))
  test(`${name}: a report says how new a text is, and nothing of one that has no words`, withReads(reported))
  test(`${name}: a data key that is missing without a mark is an error that names it`, withReads(keyMissing))
}

async function unknown(t: ExecutionContext, { world, memory, fold }: WorkingMemoryReadsUnderTest): Promise<void> {
  await fold()
  const isNothing = async (): Promise<void> => {
    t.is(await memory.state(SCOPE), null)
    t.is(await memory.report(SCOPE, 'anything'), null)
  }
  await isNothing()
  note(world, { content: 'of a neighbour' }, NEIGHBOUR)
  const theirs = note(world, { content: 'of another tenant' }, FOREIGN)
  await fold()
  await isNothing()
  t.deepEqual(
    (await memory.state(FOREIGN))?.items.map(({ memoryId }) => memoryId),
    [theirs.memoryId],
  )
  const mine = note(world, { content: 'of mine' })
  await fold()
  t.deepEqual(
    (await memory.state(SCOPE))?.items.map(({ memoryId }) => memoryId),
    [mine.memoryId],
  )
  t.deepEqual(
    (await memory.state(FOREIGN))?.items.map(({ memoryId }) => memoryId),
    [theirs.memoryId],
  )
}

async function remembered(t: ExecutionContext, opened: WorkingMemoryReadsUnderTest): Promise<void> {
  const { world, fold } = opened
  const live: Live[] = []
  for (const importances of [[500], [1000, 0, 500], [250, 750, 1]]) {
    live.push(...importances.map((importance, i) => note(world, { content: `note ${live.length + i}`, importance })))
    await fold()
    await isMadeOf(t, opened, live)
  }
  live.push(note(world, { content: NOTHING }))
  await fold()
  await isMadeOf(t, opened, live)
  note(world, { content: 'elsewhere: only the position moves' }, NEIGHBOUR)
  await fold()
  await isMadeOf(t, opened, live)
}

async function full(t: ExecutionContext, opened: WorkingMemoryReadsUnderTest): Promise<void> {
  const { world, fold } = opened
  const live: Live[] = []
  const write = (count: number): void => {
    for (let n = live.length; count > 0; n++, count--)
      live.push(note(world, { content: `note ${n} about topic ${n % 7}`, importance: (n * 379) % 1001 }))
  }
  write(CAPACITY + 6)
  await fold()
  await isMadeOf(t, opened, live)
  write(DENSITY_RANK - CAPACITY)
  await fold()
  await isMadeOf(t, opened, live)
  const best = live.reduce((a, b) => (priorityOf(b) > priorityOf(a) ? b : a))
  forget(world, [best, live.at(-1)!])
  await fold()
  await isMadeOf(
    t,
    opened,
    live.slice(0, -1).filter((one) => one !== best),
  )
}

async function forgotten(t: ExecutionContext, opened: WorkingMemoryReadsUnderTest): Promise<void> {
  const { world, fold } = opened
  const [kept, gone] = [note(world, { content: 'kept' }), note(world, { content: 'forgotten, for now' })]
  await fold()
  await isMadeOf(t, opened, [kept, gone])
  forget(world, [gone])
  await fold()
  await isMadeOf(t, opened, [kept])
  world.change(SCOPE, { type: 'Restore', memoryIds: [gone.memoryId] })
  await fold()
  await isMadeOf(t, opened, [kept, gone])
  const better = note(world, { content: 'kept, and corrected', supersedes: kept.memoryId })
  await fold()
  await isMadeOf(t, opened, [gone, better])
  forget(world, [gone, better])
  await fold()
  t.is(await opened.memory.state(SCOPE), null, 'nothing is left')
}

async function rehearsed(t: ExecutionContext, opened: WorkingMemoryReadsUnderTest): Promise<void> {
  const { world, fold } = opened
  const live = ['one', 'two', 'three'].map((content) => note(world, { content }))
  await fold()
  for (const useful of [true, false, true]) {
    world.change(SCOPE, { type: 'Reinforce', memoryId: live[0]!.memoryId, useful })
    await fold()
  }
  live[0] = { ...live[0]!, rehearsals: 3 }
  await isMadeOf(t, opened, live)
  t.is((await opened.memory.state(SCOPE))?.items[0]?.memoryId, live[0].memoryId)
}

async function erased(t: ExecutionContext, opened: WorkingMemoryReadsUnderTest): Promise<void> {
  const { world, fold } = opened
  const hers = keyIdOf('hers')
  const before = note(world, { content: 'not hers' })
  note(world, { content: 'a secret of hers', keyId: hers })
  note(world, { content: 'and another', keyId: hers })
  const after = note(world, { content: 'not hers either' })
  await fold()
  t.is((await opened.memory.state(SCOPE))?.items.length, 4)
  world.change(SCOPE, { type: 'Erase', receiptId: before.memoryId, keyIds: [hers], parts: [] })
  world.keys.destroyed.add(hers)
  await fold()
  await isMadeOf(t, opened, [before, after])
}

async function reported(t: ExecutionContext, opened: WorkingMemoryReadsUnderTest): Promise<void> {
  const { world, memory, fold } = opened
  const said = 'the tides of the river at noon'
  const live = [note(world, { content: said })]
  await fold()
  const [known, other] = [await memory.report(SCOPE, said), await memory.report(SCOPE, 'pruning apple trees')]
  t.true(known!.novelty! < other!.novelty!)
  live.push(...Array.from({ length: 40 }, (_, n) => note(world, { content: `apple tree ${n} in row ${n % 5}` })))
  await fold()
  const density = densityOf(live.map(({ content }) => encode(content)!))
  const overlaps = squaredOverlaps(density)
  const expected = {
    drift: drift(density, overlaps),
    diversity: diversity(purity(density, overlaps), density.dimension),
  }
  for (const text of [said, 'pruning apple trees']) {
    t.deepEqual(await memory.report(SCOPE, text), { ...expected, novelty: novelty(density, normalised(encode(text)!)) })
  }
  t.deepEqual(await memory.report(SCOPE, NOTHING), { ...expected, novelty: null })
}

async function keyMissing(t: ExecutionContext, opened: WorkingMemoryReadsUnderTest): Promise<void> {
  const { world, memory, fold } = opened
  const keyId = keyIdOf('lost')
  const live = [note(world, { content: 'kept' }), note(world, { content: 'under a lost key', keyId })]
  await fold()
  world.keys.missing.add(keyId)
  for (const read of [() => memory.state(SCOPE), () => memory.report(SCOPE, 'anything')]) {
    t.is((await t.throwsAsync(read, { instanceOf: DataKeyMissingError })).keyId, keyId)
  }
  world.keys.missing.clear()
  await isMadeOf(t, opened, live)
}

function note(world: FoldedWorld, asked: Note, scope: Scope = SCOPE): Live {
  const memoryId = world.remember(scope, asked)
  const read = world.codec.decode(world.records[world.head]!.value)
  if (!read.ok) throw new Error(read.reason)
  const { content, importance = 500 } = asked
  return { memoryId, content, importance, knownAt: read.value.recordedAt, rehearsals: 1 }
}

const forget = (world: FoldedWorld, live: readonly Live[]): void =>
  world.change(SCOPE, { type: 'Forget', memoryIds: live.map(({ memoryId }) => memoryId) })

/** By definition working memory is a function of the live rows, bit for bit: whichever way it was come by, and for whom. */
async function isMadeOf(
  t: ExecutionContext,
  { world, generation, memory, another }: WorkingMemoryReadsUnderTest,
  live: readonly Live[],
): Promise<void> {
  const density = densityOf(live.flatMap(({ content }) => encode(content) ?? []).slice(-DENSITY_RANK))
  const { exposures, dimension } = density
  const expected = {
    position: { generation, partition: PARTITION, offset: world.head },
    items: live
      .map((one) => ({ memoryId: one.memoryId, priority: priorityOf(one) }))
      .toReversed()
      .toSorted((a, b) => b.priority - a.priority)
      .slice(0, CAPACITY),
    density: { exposures, dimension, trace: trace(density), purity: purity(density, squaredOverlaps(density)) },
  }
  for (const [whose, reads] of Object.entries({ 'the one that read before': memory, 'a new one': another() })) {
    const state = await reads.state(SCOPE)
    const items = state?.items.map(({ memoryId, priority }) => ({ memoryId, priority }))
    t.deepEqual({ ...state, items }, expected, whose)
  }
}
