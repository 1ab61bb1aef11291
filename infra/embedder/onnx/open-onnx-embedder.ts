import { availableParallelism } from 'node:os'
import { EmbedderError } from '../embedder-error.ts'
import { inTime } from '../in-time.ts'
import type { OpenedEmbedder } from '../opened-embedder.ts'
import { modelFiles, modelName } from './model-files.ts'
import { type OnnxThread, startOnnxThread } from './onnx-thread.ts'
import { TextQueue } from './text-queue.ts'

export interface OnnxOptions {
  /** Default: all processors but one, at most 4. */
  readonly threads?: number
  /** Texts of memories that may wait. */
  readonly maxWaiting?: number
}

/** Texts that a thread works on at once. A query waits for one such batch at most. */
const BATCH = 16
const MAX_THREADS = 4
const MAX_WAITING = 4096
const RESTART_AFTER_MS = 1000
/** A query waits for one batch and its own; longer only where something hangs, and recall goes on by words then. */
const QUERY_TIMEOUT_MS = 3000

/**
 * A local model in worker threads. What waits is taken in batches, so that parallel requests share a run of the graph. A
 * thread that dies takes its batch with it and is started again; with none left, calls are refused at once.
 *
 * Throws an `EmbedderError` when the folder is no model, or the model does not work.
 */
export async function openOnnxEmbedder(folder: string, options: OnnxOptions = {}): Promise<OpenedEmbedder> {
  const files = modelFiles(folder)
  const model = await modelName(folder, files.weights)
  const count = options.threads ?? Math.min(MAX_THREADS, Math.max(1, availableParallelism() - 1))
  const pool = new OnnxPool(() => startOnnxThread({ files }), options.maxWaiting ?? MAX_WAITING)
  await pool.start(count)
  return {
    model,
    embed: (texts) => pool.embed(texts, false),
    embedQuery: async (text) => (await inTime(pool.embed([text], true), QUERY_TIMEOUT_MS))[0]!,
    probe: () => pool.probe(),
    close: () => pool.close(),
  }
}

class OnnxPool {
  readonly #startThread: () => Promise<OnnxThread>
  readonly #queue: TextQueue
  readonly #threads = new Set<OnnxThread>()
  readonly #idle = new Set<OnnxThread>()
  readonly #restarts = new Set<NodeJS.Timeout>()
  #fault: Error | null = null
  #closed = false

  constructor(startThread: () => Promise<OnnxThread>, maxWaiting: number) {
    this.#startThread = startThread
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
      return Promise.reject(new EmbedderError('No thread has the model', { cause: this.#fault }))
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
    }, RESTART_AFTER_MS)
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
