import { PARTITIONS } from '../../domain/partition.ts'
import type { Progress } from '../../query-api/ports/progress.ts'
import type { FoldPosition } from '../telemetry/fold-lag.ts'

const NOTHING: FoldPosition = { offset: -1, knownTime: 0 }

interface Waiter {
  readonly offset: number
  readonly resolve: (folded: boolean) => void
  readonly timer: NodeJS.Timeout
}

/** How far the log reaches and how far it is folded, as the writer and the projector's thread report it. */
export class FoldProgress implements Progress {
  readonly #heads: number[]
  readonly #folded: FoldPosition[]
  readonly #waiters: Array<Set<Waiter>>
  readonly #generationOf: (partition: number, offset: number) => string | null
  #awaited: () => void = () => undefined

  constructor(heads: readonly number[], generationOf: (partition: number, offset: number) => string | null) {
    this.#heads = [...heads]
    this.#folded = heads.map(() => NOTHING)
    this.#waiters = Array.from({ length: PARTITIONS }, () => new Set())
    this.#generationOf = generationOf
  }

  generationOf(partition: number, offset: number): string | null {
    return this.#generationOf(partition, offset)
  }

  head(partition: number): number {
    return this.#heads[partition]!
  }

  latestHead(partition: number): Promise<number> {
    return Promise.resolve(this.head(partition))
  }

  /** It is a file of this process, which reports every record before anyone is told of it. */
  logAnswers(): boolean {
    return true
  }

  folded(partition: number): number {
    return this.#folded[partition]!.offset
  }

  /** Where the fold stands, with its known time. */
  position(partition: number): FoldPosition {
    return this.#folded[partition]!
  }

  /** Records of all partitions that are in the log and not folded. */
  lag(): number {
    return this.#heads.reduce((sum, head, partition) => sum + Math.max(0, head - this.folded(partition)), 0)
  }

  appended(partition: number, offset: number): void {
    if (offset > this.#heads[partition]!) this.#heads[partition] = offset
  }

  moved(partition: number, position: FoldPosition): void {
    const { offset } = position
    this.#folded[partition] = position
    for (const waiter of this.#waiters[partition]!) {
      if (waiter.offset > offset) continue
      clearTimeout(waiter.timer)
      this.#waiters[partition]!.delete(waiter)
      waiter.resolve(true)
    }
  }

  /** Calls `awaited` whenever somebody begins to wait for a fold. */
  onAwaited(awaited: () => void): void {
    this.#awaited = awaited
  }

  waitForFold(partition: number, offset: number, timeoutMs: number): Promise<boolean> {
    if (this.folded(partition) >= offset) return Promise.resolve(true)
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiters[partition]!.delete(waiter)
        resolve(false)
      }, timeoutMs)
      const waiter: Waiter = { offset, resolve, timer }
      this.#waiters[partition]!.add(waiter)
      this.#awaited()
    })
  }
}
