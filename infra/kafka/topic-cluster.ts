import { setTimeout as pause } from 'node:timers/promises'
import { Kafka } from 'kafkajs'
import Cluster from 'kafkajs/src/cluster/index.js'
import { LogUnavailableError } from '../../projections/ports/log-unavailable-error.ts'
import { OffsetOutOfRangeError } from '../../projections/ports/offset-out-of-range-error.ts'
import { kafkaConfig } from './kafka-client.ts'
import type { KafkaSettings } from './kafka-settings.ts'
import { watchedSockets } from './watched-socket.ts'

export interface CallLimits {
  /** What one try may take, milliseconds. Then its connections are given up and others are made. */
  readonly tryMs: number
  /** What all tries together may take, milliseconds. */
  readonly totalMs: number
  /** At most so many tries. Default: as many as the time allows. */
  readonly tries?: number
}

/** A try: `signal` is aborted as soon as nobody waits for it any more, and nothing may be sent from then on. */
export type Attempt<T> = (cluster: Cluster, signal: AbortSignal) => Promise<T>

const CONNECTION_TIMEOUT_MS = 1_000
const METADATA_MAX_AGE_MS = 300_000
const READ_UNCOMMITTED = 0
const RETRY_PAUSE_MS = 100
const CLOSE_TIMEOUT_MS = 2_000

/**
 * Connections to the leaders of one topic, below the producer and consumer of kafkajs: for calls that must end in time and
 * whose effect must be known. kafkajs tries on by itself, inside a call and without an end; here a try is one try, and a
 * connection that did not answer is thrown away with all others, so that none can wedge what comes after.
 */
export class TopicCluster {
  readonly topic: string
  readonly #open: () => Cluster
  #cluster: Cluster | null = null
  #stale = false
  #closed = false

  constructor(settings: KafkaSettings, topic: string, tryMs: number) {
    this.topic = topic
    const { logLevel: _level, logCreator: _creator, ...config } = kafkaConfig(settings)
    const logger = new Kafka(kafkaConfig(settings)).logger()
    this.#open = () =>
      new Cluster({
        ...config,
        logger,
        connectionTimeout: Math.min(CONNECTION_TIMEOUT_MS, tryMs),
        authenticationTimeout: tryMs,
        requestTimeout: tryMs,
        socketFactory: watchedSockets(tryMs),
        retry: { retries: 0 },
        metadataMaxAge: METADATA_MAX_AGE_MS,
        allowAutoTopicCreation: false,
        maxInFlightRequests: null,
        isolationLevel: READ_UNCOMMITTED,
      })
  }

  /** Tries until `attempt` succeeds. Throws {@link LogUnavailableError} after `totalMs`, whatever else cannot be retried at once. */
  async call<T>(attempt: Attempt<T>, { tryMs, totalMs, tries = Number.POSITIVE_INFINITY }: CallLimits): Promise<T> {
    const deadline = performance.now() + totalMs
    let told: Error | null = null
    for (let tried = 1; ; tried++) {
      if (this.#closed) throw new LogUnavailableError('the log is closed', null)
      this.#cluster ??= this.#open()
      const cluster = this.#cluster
      const ms = Math.max(1, Math.min(tryMs, deadline - performance.now()))
      try {
        return await this.#try(cluster, attempt, ms)
      } catch (error) {
        if (error instanceof OffsetOutOfRangeError) throw error
        this.#recover(cluster, error as Error)
        // A partition that does not exist, or bytes that cannot be read: the next try would come to the same.
        if (error instanceof RangeError) throw error
        // The last try is cut short by the deadline, and says only that; what one before it was told is worth more.
        told = ms === tryMs || told === null ? (error as Error) : told
        if (tried >= tries || performance.now() + RETRY_PAUSE_MS >= deadline) {
          throw new LogUnavailableError(`the log did not answer within ${totalMs} ms`, told)
        }
      }
      await pause(RETRY_PAUSE_MS)
    }
  }

  /** Resolves within {@link CLOSE_TIMEOUT_MS}, whatever the brokers do. */
  async close(): Promise<void> {
    this.#closed = true
    const cluster = this.#cluster
    this.#cluster = null
    if (cluster === null) return
    await Promise.race([disconnect(cluster), pause(CLOSE_TIMEOUT_MS, undefined, { ref: false })])
  }

  async #try<T>(cluster: Cluster, attempt: Attempt<T>, ms: number): Promise<T> {
    const abandon = new AbortController()
    const { signal } = abandon
    const timer = setTimeout(() => abandon.abort(new Error(`no answer within ${Math.round(ms)} ms`)), ms)
    const abandoned = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
    try {
      return await Promise.race([this.#ready(cluster).then(() => attempt(cluster, signal)), abandoned])
    } finally {
      clearTimeout(timer)
    }
  }

  async #ready(cluster: Cluster): Promise<void> {
    await cluster.connect()
    await cluster.addMultipleTargetTopics([this.topic])
    if (this.#stale) {
      await cluster.refreshMetadata()
      this.#stale = false
    } else {
      await cluster.refreshMetadataIfNecessary()
    }
  }

  /** A broker that answered with an error is alive, and only its role is another; any other failure costs the connections. */
  #recover(cluster: Cluster, error: Error): void {
    this.#stale = true
    if (error.name === 'KafkaJSProtocolError' || this.#cluster !== cluster) return
    this.#cluster = null
    void disconnect(cluster)
  }
}

/** Never rejects: connections that are given up may be in any state. */
async function disconnect(cluster: Cluster): Promise<void> {
  try {
    await cluster.disconnect()
  } catch {
    // Whatever ends them badly has ended them; their sockets close by themselves when nothing answers.
  }
}
