import { setImmediate as nextTurn } from 'node:timers/promises'
import test from 'ava'
import fc from 'fast-check'
import type { Checkpoint } from '../../domain/checkpoint.ts'
import type { Command, Genesis } from '../../domain/command.ts'
import type { LongTermChanges, LongTermNeeds, LongTermState } from '../../domain/long-term/changes.ts'
import { createLongTermProjection } from '../../projections/long-term/long-term-projection.ts'
import type { LongTermStore, Move } from '../../projections/ports/long-term-store.ts'
import { Projector, type ProjectorEvents } from '../../projections/projector.ts'
import { createCommandCodec } from '../../schemas/command-codec.ts'
import { commands, uuidOf } from '../support/arbitrary-commands.ts'
import { InMemoryLog } from '../support/in-memory-log.ts'
import { InMemoryLongTermStore } from '../support/in-memory-long-term-store.ts'
import { propertyRuns } from '../support/property-runs.ts'

const scope = { tenant: 'default', namespace: 'default' }
const genesis: Genesis = { type: 'Genesis', commandId: uuidOf('gen', 0), recordedAt: 0, generation: '0102030405060708' }

function logOf(list: ReadonlyArray<Exclude<Command, Genesis>>): InMemoryLog {
  const log = new InMemoryLog()
  log.append(scope, genesis)
  for (const command of list) log.append(scope, command)
  return log
}

interface Seen {
  readonly stopped: string[]
  readonly waiting: string[]
  deadLetters: number
}

function projectorOver(store: LongTermStore, log: InMemoryLog, batchRecords = 3) {
  const seen: Seen = { stopped: [], waiting: [], deadLetters: 0 }
  const events: ProjectorEvents = {
    moved: () => {},
    deadLetters: (_, count) => {
      seen.deadLetters += count
    },
    waiting: (_, reason) => seen.waiting.push(reason),
    stopped: (_, reason) => seen.stopped.push(reason),
  }
  const projection = createLongTermProjection(store, createCommandCodec())
  const options = { batch: { records: batchRecords, bytes: 1 << 20 }, retryDelayMs: 0, pause: () => nextTurn() }
  return { projector: new Projector(projection, log, events, options), seen }
}

/** Fails the n-th call before it has its effect, or after it, as `faults` says; then does what it is asked. */
class FailingStore implements LongTermStore {
  readonly #inner: LongTermStore
  readonly #faults: Array<'none' | 'before' | 'after'>

  constructor(inner: LongTermStore, faults: ReadonlyArray<'none' | 'before' | 'after'>) {
    this.#inner = inner
    this.#faults = [...faults]
  }

  checkpoint(partition: number): Promise<Checkpoint> {
    return this.#run(() => this.#inner.checkpoint(partition))
  }

  load(needs: LongTermNeeds): Promise<LongTermState> {
    return this.#run(() => this.#inner.load(needs))
  }

  move(partition: number, from: Checkpoint, to: Checkpoint, changes: LongTermChanges): Promise<Move> {
    return this.#run(() => this.#inner.move(partition, from, to, changes))
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    const fault = this.#faults.shift() ?? 'none'
    if (fault === 'before') throw new Error('connection refused')
    const result = await work()
    if (fault === 'after') throw new Error('connection reset')
    return result
  }
}

test('whatever fails before or after any call of the store, each record is folded exactly once', async (t) => {
  const faults = fc.array(fc.constantFrom('none' as const, 'none' as const, 'before' as const, 'after' as const), {
    maxLength: 60,
  })
  await fc.assert(
    fc.asyncProperty(commands, faults, async (list, plan) => {
      const log = logOf(list)
      const undisturbed = new InMemoryLongTermStore()
      const calm = projectorOver(undisturbed, log).projector
      await calm.take(0)
      await calm.catchUp(0)

      const store = new InMemoryLongTermStore()
      const { projector, seen } = projectorOver(new FailingStore(store, plan), log)
      await projector.take(0)
      const state = await projector.catchUp(0)
      t.is(state.name, 'ready')
      t.deepEqual(seen.stopped, [])
      t.deepEqual(store.contents(), undisturbed.contents())
    }),
    { numRuns: propertyRuns(200) },
  )
})

test('two projectors over one store, in any interleaving, fold each record exactly once', async (t) => {
  await fc.assert(
    fc.asyncProperty(commands, fc.scheduler(), async (list, scheduler) => {
      const log = logOf(list)
      const undisturbed = new InMemoryLongTermStore()
      const calm = projectorOver(undisturbed, log).projector
      await calm.take(0)
      await calm.catchUp(0)

      const store = new InMemoryLongTermStore()
      const slow: LongTermStore = {
        checkpoint: scheduler.scheduleFunction((partition: number) => store.checkpoint(partition)),
        load: scheduler.scheduleFunction((needs: LongTermNeeds) => store.load(needs)),
        move: scheduler.scheduleFunction((...args: Parameters<LongTermStore['move']>) => store.move(...args)),
      }
      const run = async (batch: number): Promise<string> => {
        const { projector } = projectorOver(slow, log, batch)
        await projector.take(0)
        return (await projector.catchUp(0)).name
      }
      const both = Promise.all([run(2), run(5)])
      await scheduler.waitFor(both)
      t.deepEqual(await both, ['ready', 'ready'])
      t.deepEqual(store.contents(), undisturbed.contents())
    }),
    { numRuns: propertyRuns(150) },
  )
})

test('unreadable bytes become a dead letter and the fold goes on', async (t) => {
  const log = logOf([])
  const key = log.records[0]!.key
  log.appendBytes(key, Buffer.from('no frame'))
  log.appendBytes(Buffer.from('no key'), createCommandCodec().encode(reinforce(1)), 2)
  log.append(scope, reinforce(2))
  const store = new InMemoryLongTermStore()
  const { projector, seen } = projectorOver(store, log)
  await projector.take(0)
  t.is((await projector.catchUp(0)).name, 'ready')
  t.is(seen.deadLetters, 2)
  t.deepEqual(
    store.deadLetters.map(({ offset }) => offset),
    [1, 4],
  )
  t.is(store.outcomes.length, 1)
})

test('more unreadable records in a row than an accident explains stop the partition', async (t) => {
  const log = logOf([])
  for (let i = 0; i < 101; i++) log.appendBytes(log.records[0]!.key, Buffer.from('no frame'))
  const store = new InMemoryLongTermStore()
  const { projector, seen } = projectorOver(store, log, 500)
  await projector.take(0)
  t.is((await projector.catchUp(0)).name, 'stopped')
  t.is(store.deadLetters.length, 0)
  t.regex(seen.stopped[0]!, /unreadable/)
})

test('a schema that this build does not know is waited for, never set aside', async (t) => {
  const log = logOf([reinforce(1)])
  const newer = Buffer.from(createCommandCodec().encode(reinforce(2)))
  newer.writeInt32BE(9999, 1)
  log.appendBytes(log.records[0]!.key, newer)
  const store = new InMemoryLongTermStore()
  const { projector, seen } = projectorOver(store, log)
  await projector.take(0)
  const waiting = projector.catchUp(0)
  while (seen.waiting.length < 2) await nextTurn()
  t.is((await store.checkpoint(0)).offset, 1)
  t.is(store.deadLetters.length, 0)
  t.regex(seen.waiting[0]!, /schema 9999/)
  projector.release(0)
  t.is((await waiting).name, 'unassigned')
})

test('a state that stems from another log stops the partition', async (t) => {
  const store = new InMemoryLongTermStore()
  const first = projectorOver(store, logOf([reinforce(1), reinforce(2)]))
  await first.projector.take(0)
  await first.projector.catchUp(0)

  const exchanged = projectorOver(store, logOf([reinforce(1), reinforce(3)]))
  t.like(await exchanged.projector.take(0), { name: 'stopped', checkpoint: { offset: 2 } })
  t.regex(exchanged.seen.stopped[0]!, /the state was folded from/)

  const cut = projectorOver(store, logOf([reinforce(1)]))
  t.is((await cut.projector.take(0)).name, 'stopped')
  t.regex(cut.seen.stopped[0]!, /the log was cut or exchanged/)
})

test('a state of another fold version is left alone', async (t) => {
  const store = new InMemoryLongTermStore()
  store.checkpoints.set(0, { ...(await store.checkpoint(0)), foldVersion: 0 })
  const { projector, seen } = projectorOver(store, logOf([reinforce(1)]))
  await projector.take(0)
  t.is((await projector.catchUp(0)).name, 'stopped')
  t.regex(seen.stopped[0]!, /version 0 of the fold/)
})

function reinforce(n: number): Exclude<Command, Genesis> {
  return {
    type: 'Reinforce',
    commandId: uuidOf('rei', n),
    recordedAt: n,
    principal: 'tester',
    keyId: '00'.repeat(16),
    requestHmac: new Uint8Array(32),
    memoryId: uuidOf('mem', 1),
    useful: true,
  }
}
