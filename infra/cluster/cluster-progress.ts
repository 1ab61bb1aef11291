import type { FoldProgress } from '../../commands/ports/read-side.ts'
import { PARTITIONS } from '../../domain/partition.ts'
import type { Progress } from '../../query-api/ports/progress.ts'
import type { LogHeads } from '../kafka/log-heads.ts'
import type { PostgresFoldWatch } from '../postgres/fold-watch.ts'
import type { FoldPosition } from '../telemetry/fold-lag.ts'

export interface ClusterProgressDeps {
  /** Of each partition's beginning. */
  readonly generations: readonly string[]
  readonly heads: LogHeads
  readonly folds: PostgresFoldWatch
}

/** How far the log reaches, as Kafka says, and how far long-term memory has folded it, as Postgres says. */
export class ClusterProgress implements Progress, FoldProgress {
  readonly #deps: ClusterProgressDeps
  /** What this process appended itself may be newer than the last answer of the brokers. */
  readonly #appended: number[] = Array.from({ length: PARTITIONS }, () => -1)

  constructor(deps: ClusterProgressDeps) {
    this.#deps = deps
  }

  appended(partition: number, offset: number): void {
    if (offset > this.#appended[partition]!) this.#appended[partition] = offset
  }

  /** A record that another process was told of may lie beyond what this one heard; it is of the same generation. */
  generationOf(partition: number, _offset: number): string | null {
    return this.#deps.generations[partition]!
  }

  /** What is folded is in the log, whatever was heard of it. */
  head(partition: number): number {
    return Math.max(this.#deps.heads.head(partition), this.#appended[partition]!, this.folded(partition))
  }

  async latestHead(partition: number): Promise<number> {
    await this.#deps.heads.refresh()
    return this.head(partition)
  }

  logAnswers(): boolean {
    return this.#deps.heads.failure() === null
  }

  folded(partition: number): number {
    return this.#deps.folds.folded(partition)
  }

  /** Which build it is whose fold is told of. */
  get build(): number {
    return this.#deps.folds.build
  }

  /** Where the fold stands, with its known time. */
  position(partition: number): FoldPosition {
    return { offset: this.folded(partition), knownTime: this.#deps.folds.knownTime(partition) }
  }

  waitForFold(partition: number, offset: number, timeoutMs: number): Promise<boolean> {
    return this.#deps.folds.waitForFold(partition, offset, timeoutMs)
  }

  /** Records of all partitions that are in the log and not folded. */
  lag(): number {
    let lag = 0
    for (let partition = 0; partition < PARTITIONS; partition++) lag += this.head(partition) - this.folded(partition)
    return lag
  }
}
