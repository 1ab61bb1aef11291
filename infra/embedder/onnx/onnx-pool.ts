import { EmbedderError } from '../embedder-error.ts'
import type { OnnxThread } from './onnx-thread.ts'
import { TextQueue } from './text-queue.ts'

/** Texts that a thread works on at once. A query waits for one such batch at most. */
const BATCH = 16
const RESTART_AFTER_MS = 1000

/**
 * Threads with a model each, and the texts that wait for them. What waits is taken in batches, so that parallel requests
 * share a run of the graph. A thread that dies takes its batch with it and another is started a little later; with none
 * left, calls are refused at once.
 */
export class OnnxPool {
  readonly #startThread: () => Promise<OnnxThread>
  readonly #queue: TextQueue
  readonly #threads = new Set<OnnxThread>()
  readonly #idle = new Set<OnnxThread>()
  readonly #restarts = new Set<NodeJS.Timeout>()
  readonly #restartAfterMs: number
  #fault: Error | null = null
  #closed = false

  constructor(startThread: () => Promise<OnnxThread>, maxWaiting: number, restartAfterMs = RESTART_AFTER_MS) {
    this.#startThread = startThread
    this.#restartAfterMs = restartAfterMs
    this.#queue = new TextQueue(maxWaiting)
  }

  async start(count: number): Promise<void> {
    try {
      await Promise.all(Array.from({ length: count }, () => this.#add()))
    } catch (error) {
      await this.close()
      throw error
    }
  }

  embed(texts: readonly string[], urgent: boolean): Promise<readonly Float32Array[]> {
    if (this.#closed) return Promise.reject(new EmbedderError('The embedder is closed'))
    if (this.#threads.size === 0)
      return Promise.reject(new EmbedderError('No thread has the model', 'unavailable', { cause: this.#fault }))
    const vectors = this.#queue.add(texts, urgent)
    this.#dispatch()
    return vectors
  }

  async probe(): Promise<void> {
    if (this.#threads.size === 0) throw this.#fault ?? new EmbedderError('No thread has the model')
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const restart of this.#restarts) clearTimeout(restart)
    this.#queue.refuseAll(new EmbedderError('The embedder is closed'))
    await Promise.all([...this.#threads].map((thread) => thread.close()))
  }

  async #add(): Promise<void> {
    const thread = await this.#startThread()
    if (this.#closed) return thread.close()
    this.#threads.add(thread)
    this.#idle.add(thread)
    void thread.ended.then((reason) => this.#lost(thread, reason))
    this.#dispatch()
  }

  #lost(thread: OnnxThread, reason: Error): void {
    this.#fault = reason
    this.#threads.delete(thread)
    this.#idle.delete(thread)
    if (this.#threads.size === 0) this.#queue.refuseAll(reason)
    this.#startLater()
  }

  #startLater(): void {
    if (this.#closed) return
    const timer = setTimeout(() => {
      this.#restarts.delete(timer)
      this.#add().catch((reason: Error) => {
        this.#fault = reason
        this.#startLater()
      })
    }, this.#restartAfterMs)
    this.#restarts.add(timer)
  }

  #dispatch(): void {
    for (const thread of this.#idle) {
      if (this.#queue.length === 0) return
      this.#idle.delete(thread)
      void this.#work(thread)
    }
  }

  async #work(thread: OnnxThread): Promise<void> {
    const batch = this.#queue.take(BATCH)
    try {
      const vectors = await thread.run(batch.map(({ text }) => text))
      for (const [i, { resolve }] of batch.entries()) resolve(vectors[i]!)
    } catch (error) {
      for (const { reject } of batch) reject(error as Error)
    }
    if (!this.#threads.has(thread)) return
    this.#idle.add(thread)
    this.#dispatch()
  }
}
