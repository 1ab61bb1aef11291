import { setTimeout as pause } from 'node:timers/promises'
import type { LogWriter } from '../../commands/ports/log-writer.ts'
import type { Checkpoint } from '../../domain/checkpoint.ts'
import { PARTITIONS } from '../../domain/partition.ts'
import { isBug } from '../../projections/is-bug.ts'
import type { LogReader } from '../../projections/ports/log-reader.ts'
import { OffsetOutOfRangeError } from '../../projections/ports/offset-out-of-range-error.ts'
import { quarrelWithLog } from '../../projections/quarrel-with-log.ts'
import type { CommandCodec } from '../../schemas/command-codec.ts'
import type { Halted } from './fold-reports.ts'

export interface LogGuardDeps {
  readonly log: LogReader
  readonly codec: CommandCodec
  /** Of long-term memory. Rejects when its store does not answer. */
  readonly checkpoint: (partition: number) => Promise<Checkpoint>
  /** Why the brokers did not answer the last time, `null` after a time when they did. */
  readonly brokersFailure: () => Error | null
  /** The log holds something else than what it was folded from: an alarm. */
  readonly onQuarrel: (partition: number, quarrel: string) => void
  readonly onFatal: (error: Error) => void
  /** Between two looks, milliseconds; default {@link LOOK_EVERY_MS}. */
  readonly lookEveryMs?: number
}

const LOOK_EVERY_MS = 1_000
/** A leader that has just been elected may for a moment not tell all that is committed. */
const LOOKS_UNTIL_SURE = 2

/**
 * Notices that the log is not the one that long-term memory was folded from: that an older copy of it was restored, say.
 * Records that are appended to such a log get offsets that are folded already, so they would be acknowledged and lost. It
 * compares one partition at each look, and all of them at the start and whenever the brokers were away; what it found stands until the process is
 * started again.
 */
export class LogGuard {
  readonly #deps: LogGuardDeps
  readonly #closing = new AbortController()
  readonly #suspected = new Map<number, { readonly looks: number; readonly quarrel: string }>()
  readonly #quarrels = new Map<number, string>()
  readonly #firstLook = Promise.withResolvers<void>()
  #ended: Promise<void> = Promise.resolve()

  constructor(deps: LogGuardDeps) {
    this.#deps = deps
  }

  /** What is wrong with the first partition that differs, or `null`. */
  get quarrel(): string | null {
    const { trouble } = this
    return trouble === null ? null : `partition ${trouble.partition}: ${trouble.reason}`
  }

  /** The first partition that differs, or `null`. */
  get trouble(): Halted | null {
    for (const [partition, reason] of this.#quarrels) return { partition, reason }
    return null
  }

  get #suspicion(): string | null {
    for (const [partition, { quarrel }] of this.#suspected) return `partition ${partition}: ${quarrel}`
    return null
  }

  /** Partitions that differ. */
  get partitions(): number {
    return this.#quarrels.size
  }

  start(): void {
    this.#ended = this.#rounds().catch((error: Error) => {
      this.#firstLook.resolve()
      if (error.name !== 'AbortError') this.#deps.onFatal(error)
    })
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#ended
  }

  /** Appends nothing to a log that differs, nor while that is suspected; nor before the first look at it. */
  guarding(writer: LogWriter): LogWriter {
    return {
      append: async (records) => {
        await this.#firstLook.promise
        const quarrel = this.quarrel ?? this.#suspicion
        if (quarrel === null) return writer.append(records)
        const cause = new Error(`the log is not the one that long-term memory was folded from: ${quarrel}`)
        return records.map(() => ({ status: 'not-written', cause }))
      },
    }
  }

  async #rounds(): Promise<void> {
    const { lookEveryMs = LOOK_EVERY_MS, brokersFailure } = this.#deps
    let toCompare: ReadonlySet<number> = new Set(everyPartition)
    for (let next = 0; ; next = (next + 1) % PARTITIONS) {
      toCompare = await this.#compareAll(toCompare)
      this.#firstLook.resolve()
      await pause(lookEveryMs, undefined, { signal: this.#closing.signal, ref: false })
      toCompare = brokersFailure() === null ? new Set([...toCompare, next]) : new Set(everyPartition)
    }
  }

  /** Returns the partitions that have to be looked at again: of which it is not sure, or that could not be compared. */
  async #compareAll(partitions: ReadonlySet<number>): Promise<ReadonlySet<number>> {
    const again = new Set<number>()
    for (const partition of partitions) {
      if (!this.#quarrels.has(partition) && !(await this.#isSettled(partition))) again.add(partition)
    }
    return again
  }

  async #isSettled(partition: number): Promise<boolean> {
    let quarrel: string | null
    try {
      quarrel = await this.#compare(partition)
    } catch (error) {
      if (isBug(error)) throw error
      // A part that does not answer is health's to tell; the next look compares again.
      return false
    }
    if (quarrel === null) {
      this.#suspected.delete(partition)
      return true
    }
    const looks = (this.#suspected.get(partition)?.looks ?? 0) + 1
    this.#suspected.set(partition, { looks, quarrel })
    if (looks < LOOKS_UNTIL_SURE) return false
    this.#quarrels.set(partition, quarrel)
    this.#deps.onQuarrel(partition, quarrel)
    return true
  }

  async #compare(partition: number): Promise<string | null> {
    const { log, codec, checkpoint } = this.#deps
    try {
      return await quarrelWithLog(log, partition, await checkpoint(partition), ({ value }) => {
        const decoded = codec.decode(value)
        return decoded.ok ? decoded.value.commandId : null
      })
    } catch (error) {
      if (error instanceof OffsetOutOfRangeError) return error.message
      throw error
    }
  }
}

const everyPartition: readonly number[] = Array.from({ length: PARTITIONS }, (_, partition) => partition)
