import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { ViewHost } from '../../query-api/ports/view-host.ts'
import { forgetSnapshot, SNAPSHOT_FOLDER } from './snapshots/snapshot-folder.ts'
import type { FromViews, ToViews } from './view-protocol.ts'
import { MAX_RANKERS, type ViewSource } from './view-source.ts'
import { ViewThread, type ViewThreadDeps } from './view-thread.ts'

export interface ViewThreads extends ViewHost {
  /** The keys were destroyed: no thread keeps them opened. */
  forgetKeys(keyIds: readonly string[]): void
  /** Ends the threads; whoever still reads is refused. */
  close(): Promise<void>
}

/** One thread is left to answer; more than a few compete for memory bandwidth. */
const MAX_THREADS = 4

/**
 * On so many cores, how many threads hold views, and how many rank for each of them: as many as it has cores besides its own, since
 * answering leaves most of a core idle while others rank.
 */
export function threadsOn(cores: number): { readonly holders: number; readonly rankers: number } {
  const holders = Math.max(1, Math.min(MAX_THREADS, cores - 1))
  return { holders, rankers: Math.min(MAX_RANKERS, Math.ceil(cores / holders) - 1) }
}

/** Threads that hold the views of large namespaces. Each starts with its first view, and again after it ended. */
export function createViewThreads(source: Omit<ViewSource, 'rankers'>, deps: ViewThreadDeps): ViewThreads {
  const { holders, rankers } = threadsOn(availableParallelism())
  const slots = Array.from({ length: holders }, () => new Slot({ ...source, rankers }, deps))
  return {
    open(scope, listener) {
      const leastFull = slots.reduce((a, b) => (b.bytes < a.bytes ? b : a))
      return leastFull.thread().open(scope, listener)
    },
    forgetSnapshot: (scope) => forgetSnapshot(join(source.dataDir, SNAPSHOT_FOLDER), scope),
    forgetKeys(keyIds) {
      for (const slot of slots) slot.forgetKeys(keyIds)
    },
    async close() {
      await Promise.all(slots.map((slot) => slot.end()))
    },
  }
}

class Slot {
  readonly #source: ViewSource
  readonly #deps: ViewThreadDeps
  #running: { readonly worker: Worker; readonly thread: ViewThread } | null = null

  constructor(source: ViewSource, deps: ViewThreadDeps) {
    this.#source = source
    this.#deps = deps
  }

  get bytes(): number {
    return this.#running?.thread.bytes ?? 0
  }

  forgetKeys(keyIds: readonly string[]): void {
    this.#running?.thread.forgetKeys(keyIds)
  }

  thread(): ViewThread {
    this.#running ??= this.#start()
    return this.#running.thread
  }

  async end(): Promise<void> {
    await this.#running?.worker.terminate()
  }

  #start() {
    const worker = new Worker(new URL('./view-worker.ts', import.meta.url), { workerData: this.#source })
    const running = { worker, thread: new ViewThread(channelOf(worker), this.#deps) }
    let cause = new Error("The views' thread ended")
    worker.on('error', (error) => {
      cause = new Error("The views' thread failed", { cause: error })
      this.#deps.onFault(cause)
    })
    worker.on('exit', () => {
      if (this.#running === running) this.#running = null
      running.thread.ended(cause)
    })
    return running
  }
}

const channelOf = (worker: Worker) => ({
  postMessage: (message: ToViews): void => worker.postMessage(message),
  on: (event: 'message', listener: (message: FromViews) => void): unknown => worker.on(event, listener),
  ref: (): void => worker.ref(),
  unref: (): void => worker.unref(),
})
