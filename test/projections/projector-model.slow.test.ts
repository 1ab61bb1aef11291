import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import test from 'ava'
import fc from 'fast-check'
import type { Command, Genesis } from '../../domain/command.ts'
import type { LongTermNeeds } from '../../domain/long-term/changes.ts'
import { createLongTermProjection } from '../../projections/long-term/long-term-projection.ts'
import type { LongTermStore } from '../../projections/ports/long-term-store.ts'
import { Projector, type ProjectorEvents } from '../../projections/projector.ts'
import { createCommandCodec } from '../../schemas/command-codec.ts'
import { commands as arbitraryCommands, uuidOf } from '../support/arbitrary-commands.ts'
import { InMemoryLog } from '../support/in-memory-log.ts'
import { InMemoryLongTermStore } from '../support/in-memory-long-term-store.ts'
import { propertyRuns } from '../support/property-runs.ts'

const PARTITION = 0
const MEMBERS = 3
/** Some hundreds are usual: more than these, and the members keep each other from ever coming to an end. */
const CALLS = 20_000
const scope = { tenant: 'default', namespace: 'default' }
const genesis: Genesis = { type: 'Genesis', commandId: uuidOf('gen', 0), recordedAt: 0, generation: '0102030405060708' }

type Fault = 'before' | 'after'
type Scheduler = fc.Scheduler

/**
 * Several projectors over one log and one store, whose every call ends when the scheduler says so, and fails before or
 * after its effect when a fault is due. A member that crashes leaves what it has begun to go on as a zombie's.
 */
class World {
  readonly log = new InMemoryLog()
  readonly store = new InMemoryLongTermStore()
  readonly stopped: string[] = []
  readonly faults: Fault[] = []
  readonly #slow: LongTermStore
  readonly #members: Projector[]
  readonly #begun: Promise<unknown>[] = []
  readonly endless = Promise.withResolvers<never>()
  #calls = 0

  constructor(scheduler: Scheduler) {
    const call = <Args extends readonly unknown[], Answer>(name: string, work: (...args: Args) => Promise<Answer>) =>
      scheduler.scheduleFunction(
        Object.defineProperty(
          async (...args: Args): Promise<Answer> => {
            if (++this.#calls > CALLS) return this.#hang()
            const fault = this.faults.shift()
            if (fault === 'before') throw new Error('connection refused')
            const answer = await work(...args)
            if (fault === 'after') throw new Error('connection reset')
            return answer
          },
          'name',
          { value: name },
        ),
      )
    this.#slow = {
      checkpoint: call('checkpoint', (partition: number) => this.store.checkpoint(partition)),
      load: call('load', (needs: LongTermNeeds) => this.store.load(needs)),
      move: call('move', (...args: Parameters<LongTermStore['move']>) => this.store.move(...args)),
    }
    this.#members = Array.from({ length: MEMBERS }, (_, i) => this.newMember(i))
    this.log.append(scope, genesis)
  }

  #hang(): Promise<never> {
    this.endless.reject(new Error(`no end after ${CALLS} calls`))
    return new Promise(() => {})
  }

  newMember(number: number, store = this.#slow): Projector {
    const events: ProjectorEvents = {
      moved: () => {},
      deadLetters: () => {},
      waiting: () => {},
      stopped: (_, reason) => this.stopped.push(reason),
    }
    const batch = { records: 2 + 3 * number, bytes: 1 << 20 }
    const options = { batch, retryDelayMs: 0, pause: () => nextTurn() }
    return new Projector(createLongTermProjection(store, createCommandCodec()), this.log, events, options)
  }

  take(number: number): void {
    const member = this.#members[number]!
    this.#begun.push(member.take(PARTITION).then(() => member.catchUp(PARTITION)))
  }

  catchUp(number: number): void {
    this.#begun.push(this.#members[number]!.catchUp(PARTITION))
  }

  release(number: number): void {
    this.#members[number]!.release(PARTITION)
  }

  crash(number: number): void {
    this.#members[number] = this.newMember(number)
  }

  /** Nothing fails any more: resolves when all that was begun has ended and one more member has folded the rest. */
  async settle(): Promise<void> {
    this.faults.length = 0
    await Promise.all(this.#begun)
    const last = this.newMember(1)
    await last.take(PARTITION)
    assert.equal((await last.catchUp(PARTITION)).name, 'ready')
  }

  /** Whatever has happened, the store is what its checkpoint says: the fold of the log up to there, no more and no less. */
  async check(): Promise<void> {
    assert.deepEqual(this.stopped, [])
    const { offset } = await this.store.checkpoint(PARTITION)
    assert.deepEqual(this.store.contents(), await foldOf(this.log, offset))
  }
}

async function foldOf(log: InMemoryLog, upTo: number): Promise<unknown> {
  const store = new InMemoryLongTermStore()
  const part = new InMemoryLog()
  part.records.push(...log.records.filter(({ offset }) => offset <= upTo))
  const events = { moved: () => {}, deadLetters: () => {}, waiting: () => {}, stopped: () => {} }
  const options = { batch: { records: 1, bytes: 1 }, retryDelayMs: 0, pause: () => nextTurn() }
  const projector = new Projector(createLongTermProjection(store, createCommandCodec()), part, events, options)
  if (upTo < 0) return store.contents()
  await projector.take(PARTITION)
  await projector.catchUp(PARTITION)
  return store.contents()
}

/** One thing that happens to the world; it may always happen, and the world must be sound after it. */
class Happening implements fc.AsyncCommand<object, World> {
  readonly #name: string
  readonly #happen: (world: World) => void

  constructor(name: string, happen: (world: World) => void) {
    this.#name = name
    this.#happen = happen
  }

  check = (): boolean => true

  async run(_: object, world: World): Promise<void> {
    this.#happen(world)
    await world.check()
  }

  toString(): string {
    return this.#name
  }
}

const member = fc.nat(MEMBERS - 1)
const append = arbitraryCommands.map(
  (list: ReadonlyArray<Exclude<Command, Genesis>>) =>
    new Happening(`append ${list.length}`, ({ log }) => {
      for (const command of list.slice(0, 6)) log.append(scope, command)
    }),
)
const ofMember = (name: 'take' | 'catchUp' | 'release' | 'crash') =>
  member.map((number) => new Happening(`${name} ${number}`, (world) => world[name](number)))
const fail = fc
  .array(fc.constantFrom<Fault>('before', 'after'), { minLength: 1, maxLength: 3 })
  .map((faults) => new Happening(`fail ${faults}`, (world) => world.faults.push(...faults)))

test('whoever takes, crashes, comes back or fails, in any order, the store is the fold of the log up to its checkpoint', async (t) => {
  t.timeout(120_000)
  const happenings = [
    append,
    ofMember('take'),
    ofMember('take'),
    ofMember('catchUp'),
    ofMember('release'),
    ofMember('crash'),
    fail,
  ]
  const holds = fc.assert(
    fc.asyncProperty(
      fc.commands(happenings, { maxCommands: 40, size: 'max' }),
      fc.scheduler(),
      async (commands, scheduler) => {
        const world = new World(scheduler)
        const run = async (): Promise<void> => {
          await fc.scheduledModelRun(scheduler, () => ({ model: {}, real: world }), commands)
          await scheduler.waitFor(world.settle())
        }
        await Promise.race([run(), world.endless.promise])
        await world.check()
        assert.equal((await world.store.checkpoint(PARTITION)).offset, world.log.records.at(-1)!.offset)
      },
    ),
    { numRuns: propertyRuns(300) },
  )
  await t.notThrowsAsync(holds)
})
