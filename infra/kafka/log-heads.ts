import type Cluster from 'kafkajs/src/cluster/index.js'
import { PARTITIONS } from '../../domain/partition.ts'
import type { KafkaSettings } from './kafka-settings.ts'
import { TopicCluster } from './topic-cluster.ts'

export interface LogHeadsOptions {
  readonly topic: string
  /** How often the brokers are asked without anybody waiting for it, milliseconds. */
  readonly pollEveryMs?: number
  /** How long one question may take, milliseconds. */
  readonly timeoutMs?: number
}

const POLL_EVERY_MS = 1_000
const TIMEOUT_MS = 900

/** How far each partition of the log reaches, as the brokers last said. */
export class LogHeads {
  readonly #cluster: TopicCluster
  readonly #timeoutMs: number
  readonly #heads: number[] = Array.from({ length: PARTITIONS }, () => -1)
  readonly #timer: NodeJS.Timeout
  #asking: Promise<void> | null = null
  #next: Promise<void> | null = null
  #failure: Error | null = null
  #closed = false

  constructor(
    settings: KafkaSettings,
    { topic, pollEveryMs = POLL_EVERY_MS, timeoutMs = TIMEOUT_MS }: LogHeadsOptions,
  ) {
    this.#cluster = new TopicCluster(settings, topic, timeoutMs)
    this.#timeoutMs = timeoutMs
    this.#timer = setInterval(() => this.#poll(), pollEveryMs).unref()
  }

  /** Offset of the last record that is known to be in the partition, −1 when none is. */
  head(partition: number): number {
    return this.#heads[partition] ?? -1
  }

  /** Why the brokers did not answer the last time, or `null`. */
  failure(): Error | null {
    return this.#failure
  }

  /**
   * Resolves when the heads include all that was in the log when it was called, so never by an answer that was asked for
   * before: who comes while the brokers are being asked shares the next question with all others who came meanwhile.
   * Rejects with `LogUnavailableError` when they do not answer; the heads then stay what they were.
   */
  refresh(): Promise<void> {
    if (this.#asking === null) return this.#ask()
    this.#next ??= this.#asking.then(
      () => this.#askNext(),
      () => this.#askNext(),
    )
    return this.#next
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    await this.#cluster.close()
  }

  #askNext(): Promise<void> {
    this.#next = null
    return this.#ask()
  }

  #ask(): Promise<void> {
    const asking = this.#fetch().finally(() => {
      if (this.#asking === asking) this.#asking = null
    })
    this.#asking = asking
    return asking
  }

  #poll(): void {
    if (this.#asking !== null || this.#closed) return
    // Kept as the failure, which health tells.
    this.#ask().catch(() => {})
  }

  async #fetch(): Promise<void> {
    try {
      const limits = { tryMs: this.#timeoutMs, totalMs: this.#timeoutMs }
      const ends = await this.#cluster.call((cluster) => fetchEnds(cluster, this.#cluster.topic), limits)
      for (const [partition, end] of ends) this.#heads[partition] = end - 1
      this.#failure = null
    } catch (error) {
      if (!this.#closed) this.#failure = error as Error
      throw error
    }
  }
}

async function fetchEnds(cluster: Cluster, topic: string): Promise<ReadonlyArray<readonly [number, number]>> {
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => ({ partition }))
  const [offsets] = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning: false }])
  if (offsets?.partitions.length !== PARTITIONS) throw new Error(`not every partition of ${topic} has a leader`)
  return offsets.partitions.map(({ partition, offset }) => [partition, Number(offset)])
}
