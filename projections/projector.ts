import type { Checkpoint } from '../domain/checkpoint.ts'
import type { LogReader, LogRecord, ReadLimit } from './ports/log-reader.ts'
import { LogUnavailableError } from './ports/log-unavailable-error.ts'
import { OffsetOutOfRangeError } from './ports/offset-out-of-range-error.ts'
import type { FoldResult, Projection } from './projection.ts'
import { quarrelWithLog } from './quarrel-with-log.ts'

/**
 * Drives any projection over the partitions that it is given. One state per partition:
 *
 *     unassigned ──take──▶ taking ──checkpoint agrees with the log──▶ ready
 *                            │                                         │ fold: moved, already-applied, behind
 *                            │                                         ▼         (each adopts the store's checkpoint)
 *                            │                                       ready
 *                            │            store-down, unknown-schema ──▶ waiting ──retry──▶ ready
 *                            │            source-behind, key-missing
 *                            └── other-log ──▶ stopped ◀── other-log, other-version, foreign-row, too-many-dead-letters
 *     any ──release──▶ unassigned
 *
 * The fence lies in the store: a fold commits only where the stored checkpoint equals the one that it started from. So a
 * zombie, a rewind, a repeat or a crash between any two steps changes nothing, and this machine may forget everything
 * that it knows at any time. `stopped` is for what no retry can mend: it raises an alarm and leaves the state as it is.
 */
export type PartitionState =
  | { readonly name: 'unassigned' }
  | { readonly name: 'taking' }
  | { readonly name: 'ready'; readonly checkpoint: Checkpoint }
  | {
      readonly name: 'waiting'
      readonly checkpoint: Checkpoint | null
      readonly reason: string
      /** It waits for the projection that it follows, which is lag and no trouble of its own. */
      readonly follows?: boolean
    }
  /** Where it stands is still told: what vanishes from sight looks healthy. */
  | { readonly name: 'stopped'; readonly checkpoint: Checkpoint; readonly reason: string }

/** Told of whatever an operator, a metric or a waiting request must know. */
export interface ProjectorEvents {
  moved(partition: number, checkpoint: Checkpoint, offsets: number): void
  deadLetters(partition: number, count: number): void
  /** `follows`: for the projection that this one follows. */
  waiting(partition: number, reason: string, follows: boolean): void
  stopped(partition: number, reason: string): void
}

export interface ProjectorOptions {
  readonly batch: ReadLimit
  /** Pause before a store or schema is tried again. */
  readonly retryDelayMs: number
  readonly pause: (ms: number) => Promise<void>
}

const UNASSIGNED: PartitionState = { name: 'unassigned' }

export class Projector {
  readonly #projection: Projection
  readonly #log: LogReader
  readonly #events: ProjectorEvents
  readonly #options: ProjectorOptions
  readonly #states = new Map<number, PartitionState>()
  readonly #takings = new Map<number, Promise<PartitionState>>()

  constructor(projection: Projection, log: LogReader, events: ProjectorEvents, options: ProjectorOptions) {
    this.#projection = projection
    this.#log = log
    this.#events = events
    this.#options = options
  }

  state(partition: number): PartitionState {
    return this.#states.get(partition) ?? UNASSIGNED
  }

  release(partition: number): void {
    this.#states.delete(partition)
    this.#takings.delete(partition)
  }

  /** Takes a partition: loads its checkpoint and compares it with the log. One that is being taken is taken anew. */
  take(partition: number): Promise<PartitionState> {
    const taking = this.#load(partition)
    this.#takings.set(partition, taking)
    return taking
  }

  async #load(partition: number): Promise<PartitionState> {
    const taking = this.#set(partition, { name: 'taking' })
    const isStillTaking = (): boolean => this.state(partition) === taking
    let checkpoint: Checkpoint
    try {
      checkpoint = await this.#projection.checkpoint(partition)
    } catch (error) {
      if (!isStillTaking()) return this.state(partition)
      return this.#wait(partition, null, `the store does not answer: ${(error as Error).message}`)
    }
    try {
      const commandIdOf = (record: LogRecord) => this.#projection.commandIdOf(record)
      const quarrel = await quarrelWithLog(this.#log, partition, checkpoint, commandIdOf)
      if (!isStillTaking()) return this.state(partition)
      if (quarrel !== null) return this.#stop(partition, checkpoint, quarrel)
      return this.#set(partition, { name: 'ready', checkpoint })
    } catch (error) {
      if (!isStillTaking()) return this.state(partition)
      if (error instanceof LogUnavailableError) return this.#wait(partition, null, error.message)
      if (error instanceof OffsetOutOfRangeError) return this.#stop(partition, checkpoint, error.message)
      throw error
    }
  }

  /** Folds until the log's end, a stop, or the partition's release. Resolves with the state that it came to. */
  async catchUp(partition: number): Promise<PartitionState> {
    for (;;) {
      const state = this.state(partition)
      if (state.name === 'unassigned' || state.name === 'stopped') return state
      if (state.name !== 'ready') {
        if (state.name === 'waiting') await this.#options.pause(this.#options.retryDelayMs)
        const { name } = this.state(partition)
        if (name === 'unassigned') return UNASSIGNED
        // Two that catch up, each taking anew what the other is taking, would never come to an end.
        if (name === 'taking') await this.#takings.get(partition)
        if (name === 'waiting') await this.take(partition)
        continue
      }
      const records = await this.#log.read(partition, state.checkpoint.offset + 1, this.#options.batch)
      if (records.length === 0) return state
      await this.offer(partition, records)
    }
  }

  /** Offers records in offset order, as a consumer delivers them; what the store has already is passed over. */
  async offer(partition: number, records: readonly LogRecord[]): Promise<PartitionState> {
    const state = this.state(partition)
    if (state.name !== 'ready') return state
    const fresh = records.filter((record) => record.offset > state.checkpoint.offset)
    if (fresh.length === 0) return state
    const result = await this.#projection.fold(partition, state.checkpoint, fresh)
    if (this.state(partition) !== state) return this.state(partition)
    return this.#adopt(partition, state.checkpoint, result)
  }

  #adopt(partition: number, from: Checkpoint, result: FoldResult): PartitionState {
    switch (result.outcome) {
      case 'moved':
        if (result.deadLetters > 0) this.#events.deadLetters(partition, result.deadLetters)
        this.#events.moved(partition, result.checkpoint, result.checkpoint.offset - from.offset)
        return this.#set(partition, { name: 'ready', checkpoint: result.checkpoint })
      case 'already-applied':
      case 'behind':
        this.#events.moved(partition, result.checkpoint, 0)
        return this.#set(partition, { name: 'ready', checkpoint: result.checkpoint })
      case 'store-down':
        return this.#wait(partition, from, `the store does not answer: ${result.cause.message}`)
      case 'key-missing':
        return this.#wait(partition, from, result.cause.message)
      case 'source-behind':
        return this.#wait(
          partition,
          from,
          `the projection that this one follows is at offset ${result.checkpoint.offset}`,
          true,
        )
      case 'unknown-schema':
        return this.#wait(
          partition,
          from,
          `offset ${result.offset} was written with schema ${result.number}, which this build does not know`,
        )
      case 'other-log':
        return this.#stop(
          partition,
          result.checkpoint,
          `the state was folded from another log (its offset is ${result.checkpoint.offset})`,
        )
      case 'other-version':
        return this.#stop(
          partition,
          result.checkpoint,
          `the state was folded by version ${result.checkpoint.foldVersion} of the fold`,
        )
      case 'foreign-row':
        return this.#stop(
          partition,
          result.checkpoint,
          `the state has a row of offset ${result.offset} and was folded up to ${result.checkpoint.offset}: it was written by another hand`,
        )
      case 'too-many-dead-letters':
        return this.#stop(partition, from, `too many unreadable records in a row, up to offset ${result.offset}`)
    }
  }

  #set(partition: number, state: PartitionState): PartitionState {
    this.#states.set(partition, state)
    return state
  }

  #wait(partition: number, checkpoint: Checkpoint | null, reason: string, follows = false): PartitionState {
    this.#events.waiting(partition, reason, follows)
    return this.#set(partition, { name: 'waiting', checkpoint, reason, ...(follows ? { follows } : {}) })
  }

  #stop(partition: number, checkpoint: Checkpoint, reason: string): PartitionState {
    this.#events.stopped(partition, reason)
    return this.#set(partition, { name: 'stopped', checkpoint, reason })
  }
}
