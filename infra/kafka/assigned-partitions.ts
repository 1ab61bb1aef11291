import { setTimeout as delay } from 'node:timers/promises'
import type { Projector } from '../../projections/projector.ts'

export interface AssignedPartitionsDeps {
  readonly projector: Projector
  readonly retryDelayMs: number
  readonly onBug: (error: Error) => void
  readonly pause: (partitions: readonly number[]) => void
  /** The next fetch of the partition begins at `offset`. */
  readonly seek: (partition: number, offset: number) => void
  readonly resume: (partition: number) => void
}

const COMMIT_EVERY_MS = 1_000

/**
 * The partitions that a consumer group gave to this member, and for each where its next fetch has to begin.
 *
 *     assigned: paused ──take──▶ sought to the store's checkpoint + 1, resumed ──▶ fed (`foldBatch`)
 *                 ▲  waiting: again after a pause, the others go on      │
 *                 └──────────────────── takeAgain ◀──────────────────────┘
 *                    stopped: stays paused
 *
 * An *epoch* lasts from one assignment to the next. Work that was begun in an earlier one finds its epoch gone and drops
 * what it has: kafkajs lets a batch run on while its group moves on without it.
 */
export class AssignedPartitions {
  readonly #deps: AssignedPartitionsDeps
  readonly #positions = new Map<number, number>()
  readonly #commits = new Map<number, number>()
  #list: readonly number[] = []
  #epoch = 0

  constructor(deps: AssignedPartitionsDeps) {
    this.#deps = deps
  }

  get list(): readonly number[] {
    return this.#list
  }

  get epoch(): number {
    return this.#epoch
  }

  /** Where the partition's next fetch has to begin; `undefined` while it is not fed. */
  position(partition: number): number | undefined {
    return this.#positions.get(partition)
  }

  moved(partition: number, next: number): void {
    this.#positions.set(partition, next)
  }

  /** Called within the join, before anything is fetched. */
  assign(partitions: readonly number[]): void {
    this.#begin()
    for (const partition of this.#list) {
      if (!partitions.includes(partition)) this.#deps.projector.release(partition)
    }
    this.#list = [...partitions].sort((a, b) => a - b)
    if (partitions.length === 0) return
    this.#deps.pause(partitions)
    for (const partition of this.#list) void this.#take(partition, this.#epoch)
  }

  /** Ends the epoch without another: nothing is fed or resumed until partitions are assigned again. */
  abandon(): void {
    this.#begin()
  }

  /** Feeds the partition from another offset on. */
  seek(partition: number, next: number): void {
    this.#deps.seek(partition, next)
    this.#positions.set(partition, next)
  }

  /** Stops feeding the partition for good: no retry mends what it met. */
  halt(partition: number): void {
    this.#positions.delete(partition)
    this.#deps.pause([partition])
  }

  /** Stops feeding the partition and takes it again, at once or after the pause between retries. */
  takeAgain(partition: number, when: 'now' | 'later'): void {
    this.halt(partition)
    void this.#take(partition, this.#epoch, when === 'later')
  }

  /** Whether the group's offset is to be written: once a second, and at the log's end, so that nothing seems to lag there. */
  isCommitDue(partition: number, isAtEnd: boolean): boolean {
    const now = performance.now()
    if (!isAtEnd && now - (this.#commits.get(partition) ?? 0) < COMMIT_EVERY_MS) return false
    this.#commits.set(partition, now)
    return true
  }

  #begin(): void {
    this.#epoch += 1
    this.#positions.clear()
  }

  async #take(partition: number, epoch: number, later = false): Promise<void> {
    try {
      if (later) await delay(this.#deps.retryDelayMs)
      while (epoch === this.#epoch) {
        const state = await this.#deps.projector.take(partition)
        if (epoch !== this.#epoch || state.name === 'stopped') return
        if (state.name === 'ready') {
          this.seek(partition, state.checkpoint.offset + 1)
          this.#deps.resume(partition)
          return
        }
        await delay(this.#deps.retryDelayMs)
      }
    } catch (error) {
      this.#deps.onBug(error as Error)
    }
  }
}
