import { setImmediate as nextTurn } from 'node:timers/promises'
import { ProblemError } from '../domain/problem.ts'
import type { AppendResult, LogWriter, NewRecord } from './ports/log-writer.ts'

export interface AppenderOptions {
  /** Records of one append. */
  readonly maxBatchRecords: number
  /** Keys and values of one append; one record is taken even when it alone is larger. */
  readonly maxBatchBytes: number
  /** Bytes that may wait; what would exceed it is refused. Nothing that waits has been acknowledged. */
  readonly maxWaitingBytes: number
  /** How long a sent record may stay unanswered. */
  readonly answerTimeoutMs: number
  /** How long an append waits for as many records as the last one left in circulation; 0: never. */
  readonly gatherMs: number
}

export const defaultAppenderOptions: AppenderOptions = {
  maxBatchRecords: 1000,
  maxBatchBytes: 900_000,
  maxWaitingBytes: 128 * 1024 * 1024,
  answerTimeoutMs: 5000,
  gatherMs: 2,
}

interface Waiting {
  readonly record: NewRecord
  readonly bytes: number
  readonly since: number
  readonly answer: (result: AppendResult) => void
  settled: boolean
}

/**
 * The one appender of a process: gathers what waits while an append is under way and sends it as the next one; when
 * idle, a record goes at once. One append in flight keeps the order within a partition.
 *
 * Callers who wait for their answer come in turns: those that an append has just answered send again a moment later, when
 * the next one has left without them. So it waits up to `gatherMs` for as many as there were, which halves the commits
 * (and the messages between threads) of 16 connections; a lone caller never waits.
 *
 * Nothing is acknowledged from here: a record's promise settles with what the log said, or as `unknown` when the log
 * said nothing for `answerTimeoutMs`, or as `not-written` when it was never sent by then.
 */
export class Appender {
  readonly #log: LogWriter
  readonly #options: AppenderOptions
  #waiting: Waiting[] = []
  #sent: readonly Waiting[] = []
  #waitingBytes = 0
  /** Records that were under way or waiting when the last append was answered. */
  #circulating = 0
  #gathered: (() => void) | null = null
  #watch: NodeJS.Timeout | null = null
  #inFlight: Promise<void> | null = null
  #closed = false

  constructor(log: LogWriter, options: AppenderOptions = defaultAppenderOptions) {
    this.#log = log
    this.#options = options
  }

  /** Bytes that wait or are under way. */
  get waitingBytes(): number {
    return this.#waitingBytes
  }

  /** Appends one record. Throws `overloaded` or `shutting_down` before anything was sent. */
  append(record: NewRecord): Promise<AppendResult> {
    this.#assertRoom(sizeOf(record))
    return new Promise((resolve) => this.#enqueue(record, resolve))
  }

  /** Appends records in order, without a promise for each. Throws as {@link append} does, before anything was sent. */
  appendAll(records: readonly NewRecord[]): Promise<readonly AppendResult[]> {
    if (records.length === 0) return Promise.resolve([])
    this.#assertRoom(records.reduce((sum, record) => sum + sizeOf(record), 0))
    return new Promise((resolve) => {
      const results: AppendResult[] = Array.from({ length: records.length })
      let left = records.length
      for (const [i, record] of records.entries()) {
        this.#enqueue(record, (result) => {
          results[i] = result
          left -= 1
          if (left === 0) resolve(results)
        })
      }
    })
  }

  /** Refuses what is new and resolves when everything that was accepted is settled. */
  async close(): Promise<void> {
    this.#closed = true
    this.#gathered?.()
    await this.#inFlight
    if (this.#watch !== null) clearTimeout(this.#watch)
  }

  #assertRoom(bytes: number): void {
    if (this.#closed) {
      throw new ProblemError({ code: 'shutting_down', detail: 'The server is shutting down.', retryAfterSeconds: 1 })
    }
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes > this.#options.maxWaitingBytes) {
      throw new ProblemError({
        code: 'overloaded',
        detail: 'Too much waits for the log already; nothing of this request was written.',
        retryAfterSeconds: 1,
      })
    }
  }

  #enqueue(record: NewRecord, answer: (result: AppendResult) => void): void {
    const bytes = sizeOf(record)
    this.#waitingBytes += bytes
    this.#waiting.push({ record, bytes, since: performance.now(), answer, settled: false })
    this.#watch ??= setTimeout(() => this.#expire(), this.#options.answerTimeoutMs)
    if (this.#gathered !== null && this.#waiting.length >= this.#circulating) this.#gathered()
    this.#inFlight ??= this.#drain()
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      // What arrived with it, in the same turn of the event loop, goes with it: a commit for all instead of one for each.
      await nextTurn()
      if (this.#waiting.length < this.#circulating) await this.#gather()
      this.#sent = this.#take()
      const results = await this.#log.append(this.#sent.map((waiting) => waiting.record))
      this.#circulating = Math.min(this.#sent.length + this.#waiting.length, this.#options.maxBatchRecords)
      for (const [i, waiting] of this.#sent.entries()) this.#settle(waiting, results[i]!)
      this.#sent = []
    }
    this.#inFlight = null
  }

  #gather(): Promise<void> | undefined {
    if (this.#closed || this.#options.gatherMs === 0) return undefined
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        this.#gathered = null
        resolve()
      }
      const timer = setTimeout(done, this.#options.gatherMs)
      this.#gathered = done
    })
  }

  #take(): Waiting[] {
    const { maxBatchRecords, maxBatchBytes } = this.#options
    let count = 0
    let bytes = 0
    for (const waiting of this.#waiting) {
      if (count === maxBatchRecords || (count > 0 && bytes + waiting.bytes > maxBatchBytes)) break
      count += 1
      bytes += waiting.bytes
    }
    return this.#waiting.splice(0, count)
  }

  /** Gives up what is due. One timer for all: they come due in the order they came. */
  #expire(): void {
    const { answerTimeoutMs } = this.#options
    const due = performance.now() - answerTimeoutMs
    const cause = new Error(`the log did not answer within ${answerTimeoutMs} ms`)
    for (const waiting of this.#sent) if (waiting.since <= due) this.#settle(waiting, { status: 'unknown', cause })
    const unsent = this.#waiting
    this.#waiting = unsent.filter((waiting) => waiting.since > due)
    for (const waiting of unsent) if (waiting.since <= due) this.#settle(waiting, { status: 'not-written', cause })
    const oldest = this.#sent.find((waiting) => !waiting.settled) ?? this.#waiting[0]
    // Rounded up: a timer that fires a fraction early would find nothing due and be set again.
    this.#watch = oldest === undefined ? null : setTimeout(() => this.#expire(), Math.ceil(oldest.since - due))
  }

  #settle(waiting: Waiting, result: AppendResult): void {
    if (waiting.settled) return
    waiting.settled = true
    this.#waitingBytes -= waiting.bytes
    waiting.answer(result)
  }
}

const sizeOf = ({ key, value }: NewRecord): number => key.length + value.length
