import type { Pool } from 'pg'
import { PARTITIONS } from '../../domain/partition.ts'
import type { FollowedBuild } from './live-build.ts'
import { quotedName } from './quoted-name.ts'
import { queryRows } from './row-query.ts'

export interface FoldWatchOptions {
  /** Between two looks while someone waits. Default 8. */
  readonly waitingMs?: number
  /** Between two looks while nobody does. Default 1,000. */
  readonly idleMs?: number
  /** After a look that failed. Default 200. */
  readonly retryMs?: number
  /** The checkpoints could not be read; what was read last stands. */
  readonly onError?: (error: Error) => void
}

interface Waiter {
  readonly partition: number
  readonly offset: number
  readonly resolve: (folded: boolean) => void
  readonly timer: NodeJS.Timeout
}

const FIRST_BUILD = 1
const DEFAULTS = { waitingMs: 8, idleMs: 1_000, retryMs: 200 }

/**
 * How far the followed build of long-term memory has come, for processes that do not fold. Polls the twelve checkpoints
 * with one statement, whoever and however many wait: `listen` would cost each move a notification under a lock that all
 * of a database's commits share, and would still need the poll for what was missed.
 */
export class PostgresFoldWatch {
  readonly #pool: Pool
  readonly #followed: FollowedBuild
  readonly #options: FoldWatchOptions & typeof DEFAULTS
  readonly #folded: number[] = Array.from({ length: PARTITIONS }, () => -1)
  readonly #knownTimes: number[] = Array.from({ length: PARTITIONS }, () => 0)
  readonly #waiters = new Set<Waiter>()
  /** Of the build that was looked at last. */
  #schema: string | null = null
  #build = FIRST_BUILD
  #timer: NodeJS.Timeout | null = null
  #looking = false
  #closed = false

  constructor(pool: Pool, followed: FollowedBuild, options: FoldWatchOptions = {}) {
    this.#pool = pool
    this.#followed = followed
    this.#options = { ...DEFAULTS, ...options }
  }

  /** Begins to look, and goes on through outages until {@link close}. */
  start(): void {
    void this.#look()
  }

  /** Number of the build that was looked at last; before any was there, of the one that will be the first. */
  get build(): number {
    return this.#build
  }

  /** Last offset that was seen folded; −1 before the first look. */
  folded(partition: number): number {
    return this.#folded[partition]!
  }

  /** Known time of that record, milliseconds since 1970. */
  knownTime(partition: number): number {
    return this.#knownTimes[partition]!
  }

  /**
   * Resolves true as soon as `offset` is seen folded; false after `timeoutMs`, or when the watch is closed. Right after a
   * switch it is not known yet how far the new build has come: what was seen of the old one does not count.
   */
  waitForFold(partition: number, offset: number, timeoutMs: number): Promise<boolean> {
    if (offset < 0 || (this.#isOfCurrentBuild() && this.folded(partition) >= offset)) return Promise.resolve(true)
    if (this.#closed || timeoutMs <= 0) return Promise.resolve(false)
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(waiter, false), timeoutMs)
      const waiter: Waiter = { partition, offset, resolve, timer }
      this.#waiters.add(waiter)
      // The first who waits does not wait for the slow look.
      if (this.#waiters.size === 1) this.#schedule(0)
    })
  }

  close(): void {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    for (const waiter of this.#waiters) this.#settle(waiter, false)
  }

  #isOfCurrentBuild(): boolean {
    return this.#schema !== null && this.#schema === this.#followed.current.schema
  }

  #settle(waiter: Waiter, folded: boolean): void {
    clearTimeout(waiter.timer)
    this.#waiters.delete(waiter)
    waiter.resolve(folded)
  }

  #schedule(ms: number): void {
    if (this.#closed || this.#looking) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#look(), ms)
    if (this.#waiters.size === 0) this.#timer.unref()
  }

  async #look(): Promise<void> {
    this.#looking = true
    let next: number | null = null
    try {
      const { schema, build } = this.#followed.current
      const text = `select partition, last_offset, known_time from ${quotedName(schema)}.checkpoints`
      const rows = await queryRows(this.#pool, { name: `${schema}:fold-watch`, text }, [])
      for (const [partition, offset, knownTime] of rows) {
        this.#folded[Number(partition)] = Number(offset)
        this.#knownTimes[Number(partition)] = Number(knownTime)
      }
      this.#schema = schema
      this.#build = build
      for (const waiter of this.#isOfCurrentBuild() ? this.#waiters : []) {
        if (this.folded(waiter.partition) >= waiter.offset) this.#settle(waiter, true)
      }
    } catch (error) {
      next = this.#options.retryMs
      this.#options.onError?.(error as Error)
    }
    this.#looking = false
    this.#schedule(next ?? (this.#waiters.size > 0 ? this.#options.waitingMs : this.#options.idleMs))
  }
}
