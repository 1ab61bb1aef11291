import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import fc from 'fast-check'
import { workingMemoryHash } from '../../domain/working-memory/working-memory-hash.ts'
import type { WorkingMemoryStore } from '../../projections/ports/working-memory-store.ts'
import type { Projection } from '../../projections/projection.ts'
import { Projector, type ProjectorEvents } from '../../projections/projector.ts'
import { seedFromSource } from '../../projections/working-memory/seed-from-source.ts'
import { createWorkingMemoryProjection } from '../../projections/working-memory/working-memory-projection.ts'
import { type Written, write, written } from '../projections/working-memory/arbitrary-partition.ts'
import { FoldedWorld } from '../projections/working-memory/folded-world.ts'
import { propertyRuns } from '../support/property-runs.ts'
import { NEIGHBOUR, PARTITION, SCOPE } from './working-memory-states.ts'
import { type OpenWorkingMemoryStore, testWith, type WorkingMemoryStoreAdapter } from './working-memory-store.ts'

/** What the working-memory projection comes to over any store: the seed, however it got there. */
export function testWorkingMemoryProjection(adapter: WorkingMemoryStoreAdapter, runs: number): void {
  testWith(
    adapter,
    'however the log is cut, repeated, lost and raced for, a fold equals a seed bit for bit',
    (t, opened) => equalsSeed(t, opened, runs),
  )
}

type Fault = 'none' | 'before' | 'after'

type Step =
  | { readonly do: 'write'; readonly records: readonly Written[] }
  | { readonly do: 'long-term'; readonly share: number }
  | { readonly do: 'fold'; readonly folder: number; readonly records: number; readonly faults: readonly Fault[] }
  | { readonly do: 'race'; readonly records: readonly [number, number] }
  | { readonly do: 'crash'; readonly folder: number }
  | { readonly do: 'lose' }
  | { readonly do: 'check' }

const batch = fc.constantFrom(1, 2, 7, 30, 1_000)
const folder = fc.nat({ max: 1 })
const faults = fc.array(fc.constantFrom('none' as const, 'none' as const, 'before' as const, 'after' as const), {
  maxLength: 4,
})

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('write' as const), records: fc.array(written, { maxLength: 15 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('long-term' as const), share: fc.constantFrom(0.3, 0.7, 1) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('fold' as const), folder, records: batch, faults }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('race' as const), records: fc.tuple(batch, batch) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), folder }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('check' as const) }) },
)

/** Fails a call before it has its effect, or after it. */
class FaultyStore implements WorkingMemoryStore {
  faults: Fault[] = []
  readonly #inner: WorkingMemoryStore

  constructor(inner: WorkingMemoryStore) {
    this.#inner = inner
  }

  load: WorkingMemoryStore['load'] = (...asked) => this.#run(() => this.#inner.load(...asked))
  move: WorkingMemoryStore['move'] = (...asked) => this.#run(() => this.#inner.move(...asked))
  halt: WorkingMemoryStore['halt'] = (...asked) => this.#run(() => this.#inner.halt(...asked))

  async #run<T>(work: () => Promise<T>): Promise<T> {
    const fault = this.faults.shift() ?? 'none'
    if (fault === 'before') throw new Error('connection refused')
    const result = await work()
    if (fault === 'after') throw new Error('connection reset')
    return result
  }
}

/** A process that folds: its projector and what the projection remembers are gone when it crashes. */
class Folder {
  readonly #world: FoldedWorld
  readonly #store: FaultyStore
  readonly stopped: string[] = []
  #projector: Projector

  constructor(world: FoldedWorld, store: WorkingMemoryStore) {
    this.#world = world
    this.#store = new FaultyStore(store)
    this.#projector = this.#begin()
  }

  crash(): void {
    this.#projector = this.#begin()
  }

  /** Offers one batch of at most `records` as a consumer would, taking the partition first where that is due. */
  async fold(records: number, faults: readonly Fault[] = []): Promise<void> {
    this.#store.faults = [...faults]
    const state = this.#projector.state(PARTITION)
    const ready = state.name === 'ready' ? state : await this.#projector.take(PARTITION)
    if (ready.name !== 'ready') return
    const from = ready.checkpoint.offset + 1
    const due = await this.#world.read(PARTITION, from, { records, bytes: 1 << 20 })
    if (due.length > 0) await this.#projector.offer(PARTITION, due)
  }

  async catchUp(): Promise<void> {
    this.#store.faults = []
    await this.#projector.take(PARTITION)
    await this.#projector.catchUp(PARTITION)
  }

  #begin(): Projector {
    const options = { pause: () => nextTurn(), polls: 1, maxNew: 1, maxChanged: 2, maxHeld: 1 }
    const { feed, codec } = this.#world
    const projection: Projection = createWorkingMemoryProjection(this.#store, feed, codec, options)
    const events: ProjectorEvents = {
      moved: () => {},
      deadLetters: () => {},
      waiting: () => {},
      stopped: (_, reason) => this.stopped.push(reason),
    }
    const driven = { batch: { records: 50, bytes: 1 << 20 }, retryDelayMs: 0, pause: () => nextTurn() }
    return new Projector(projection, this.#world, events, driven)
  }
}

async function equalsSeed(t: ExecutionContext, opened: OpenWorkingMemoryStore, runs: number): Promise<void> {
  const already = fc.constantFrom(0, 70, 300)
  const steps = fc.array(step, { minLength: 5, maxLength: 30 })
  let compared = 0
  await fc.assert(
    fc.asyncProperty(already, steps, async (count, plan) => {
      await opened.lose()
      const world = new FoldedWorld(SCOPE)
      for (let n = 0; n < count; n++) world.remember(SCOPE, { content: `note ${n}` })
      const folders = [new Folder(world, opened.store), new Folder(world, opened.store)] as const
      for (const one of plan) compared += await perform(t, opened, world, folders, one)
      await world.foldLongTerm()
      await folders[0].catchUp()
      t.is((await opened.reader.checkpoint(PARTITION)).offset, world.head)
      compared += await compare(t, opened, world)
      for (const { stopped } of folders) t.deepEqual(stopped, [])
    }),
    { numRuns: propertyRuns(runs), verbose: 1 },
  )
  // A world that changes under the reader cannot always be compared; had it hardly been, this would show nothing.
  t.true(compared > propertyRuns(runs) / 2, `compared ${compared} states`)
}

async function perform(
  t: ExecutionContext,
  opened: OpenWorkingMemoryStore,
  world: FoldedWorld,
  folders: readonly [Folder, Folder],
  one: Step,
): Promise<number> {
  switch (one.do) {
    case 'write':
      for (const record of one.records) write(world, record)
      return 0
    case 'long-term': {
      const { offset } = await world.longTerm.checkpoint(PARTITION)
      await world.foldLongTerm(offset + Math.ceil((world.head - offset) * one.share))
      return 0
    }
    case 'fold':
      await folders[one.folder]!.fold(one.records, one.faults)
      return 0
    case 'race':
      await Promise.all(folders.map((folder, i) => folder.fold(one.records[i]!)))
      return 0
    case 'crash':
      folders[one.folder]!.crash()
      return 0
    case 'lose':
      await opened.lose()
      return 0
    case 'check':
      return compare(t, opened, world)
  }
}

/** Compares what is held with a seed, where both are at the same position. Returns how many namespaces that were. */
async function compare(t: ExecutionContext, { reader }: OpenWorkingMemoryStore, world: FoldedWorld): Promise<number> {
  let compared = 0
  for (const scope of [SCOPE, NEIGHBOUR]) {
    const read = await reader.read(scope)
    const longTerm = await world.longTerm.checkpoint(PARTITION)
    if (read.outcome !== 'held') {
      t.is(read.outcome, 'absent')
      continue
    }
    const { memory } = read.state
    const position = Math.max(memory.position, read.checkpoint.offset)
    if (position !== longTerm.offset) continue
    const seeded = await seedFromSource(world.feed, scope)
    t.is(workingMemoryHash({ ...memory, position }), workingMemoryHash(seeded.state))
    compared += 1
  }
  return compared
}
