import { PARTITIONS } from '../../domain/partition.ts'
import type { KafkaSettings } from './kafka-settings.ts'
import { TopicCluster } from './topic-cluster.ts'

export interface LogHeadsOptions {
  readonly topic: string
  /** Between two looks that nobody asked for. Default 1,000. */
  readonly intervalMs?: number
  /** How long a look may take, milliseconds; health asks, and answers within a second. Default 800. */
  readonly timeoutMs?: number
}

const DEFAULTS = { intervalMs: 1_000, timeoutMs: 800 }
const ALL = Array.from({ length: PARTITIONS }, (_, partition) => ({ partition }))

/**
 * How far the log reaches, as its brokers say. They are asked at every interval and whenever somebody needs to know; who
 * asks while a question is under way shares the next one, because the answer to this one may be older than the asking.
 */
export class LogHeads {
  readonly #cluster: TopicCluster
  readonly #options: LogHeadsOptions & typeof DEFAULTS
  readonly #heads: number[] = ALL.map(() => -1)
  #asking: Promise<void> | null = null
  #next: Promise<void> | null = null
  #failure: Error | null = null
  #timer: NodeJS.Timeout | null = null
  #closed = false

  constructor(settings: KafkaSettings, options: LogHeadsOptions) {
    this.#options = { ...DEFAULTS, ...options }
    this.#cluster = new TopicCluster(settings, options.topic, this.#options.timeoutMs)
    this.#schedule()
  }

  /** Last offset that was heard of; −1 before the first answer. */
  head(partition: number): number {
    return this.#heads[partition]!
  }

  /** Why the last question had no answer, `null` after one that had. */
  failure(): Error | null {
    return this.#failure
  }

  /** Resolves when the brokers have told heads that are no older than this call. Rejects in bounded time when they do not. */
  refresh(): Promise<void> {
    if (this.#asking === null) {
      this.#asking = this.#ask().finally(() => {
        this.#asking = null
      })
      return this.#asking
    }
    const afterThis = (): Promise<void> => {
      this.#next = null
      return this.refresh()
    }
    this.#next ??= this.#asking.then(afterThis, afterThis)
    return this.#next
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#cluster.close()
  }

  #schedule(): void {
    if (this.#closed) return
    this.#timer = setTimeout(() => {
      // What went wrong is kept for whoever looks, and the next look comes all the same.
      this.refresh().then(
        () => this.#schedule(),
        () => this.#schedule(),
      )
    }, this.#options.intervalMs).unref()
  }

  async #ask(): Promise<void> {
    const { topic, timeoutMs } = this.#options
    try {
      const [offsets] = await this.#cluster.call(
        (cluster) => cluster.fetchTopicsOffset([{ topic, partitions: ALL, fromBeginning: false }]),
        { tryMs: timeoutMs, totalMs: timeoutMs },
      )
      for (const { partition, offset } of offsets?.partitions ?? []) this.#heads[partition] = Number(offset) - 1
      this.#failure = null
    } catch (error) {
      this.#failure = error as Error
      throw error
    }
  }
}
