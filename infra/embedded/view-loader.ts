import { Worker } from 'node:worker_threads'
import type { AnalysedPage, ViewLoader } from '../../query-api/ports/view-loader.ts'
import type { LoaderFiles, LoaderReply, LoaderRequest } from './loader-protocol.ts'
import { PageUnpacker } from './packed-page.ts'

export interface EmbeddedViewLoader extends ViewLoader {
  close(): Promise<void>
}

/** A load has two streams of pages. */
const THREADS = 2
/** Without a load for so long the threads end: their dictionaries are worth keeping for the next one, not for ever. */
const IDLE_MS = 60_000

/** Loads cold views in threads that start with the first large one. */
export function createViewLoader(files: LoaderFiles): EmbeddedViewLoader {
  const threads = Array.from({ length: THREADS }, () => new LoaderThread(files))
  let idle: NodeJS.Timeout | undefined
  const end = async (): Promise<void> => {
    clearTimeout(idle)
    await Promise.all(threads.map((thread) => thread.end()))
  }
  return {
    page(scope, language, range, limit) {
      clearTimeout(idle)
      idle = setTimeout(end, IDLE_MS).unref()
      // All at once: the second stream begins with what the first page says, and then waits for no start.
      for (const thread of threads) thread.start()
      const leastBusy = threads.reduce((a, b) => (b.busy < a.busy ? b : a))
      return leastBusy.ask({ scope, language, range, limit })
    },
    close: end,
  }
}

interface Pending {
  readonly resolve: (page: AnalysedPage) => void
  readonly reject: (error: Error) => void
}

class LoaderThread {
  readonly #files: LoaderFiles
  readonly #pending = new Map<number, Pending>()
  #worker: Worker | null = null
  #unpacker = new PageUnpacker()
  #lastId = 0

  constructor(files: LoaderFiles) {
    this.#files = files
  }

  /** Pages that it has not answered yet. */
  get busy(): number {
    return this.#pending.size
  }

  start(): Worker {
    this.#worker ??= this.#begin()
    return this.#worker
  }

  ask(request: Omit<LoaderRequest, 'id'>): Promise<AnalysedPage> {
    const id = ++this.#lastId
    this.start().postMessage({ ...request, id } satisfies LoaderRequest)
    return new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }))
  }

  async end(): Promise<void> {
    await this.#worker?.terminate()
  }

  #begin(): Worker {
    this.#unpacker = new PageUnpacker()
    const worker = new Worker(new URL('./loader-worker.ts', import.meta.url), { workerData: this.#files })
    worker.on('message', (reply: LoaderReply) => this.#settle(reply))
    worker.on('error', (cause) => this.#fail(new Error("The loader's thread failed", { cause })))
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = null
      this.#fail(new Error("The loader's thread ended"))
    })
    // A thread that only waits for work must not keep a process from ending.
    worker.unref()
    return worker
  }

  #settle(reply: LoaderReply): void {
    const waiting = this.#pending.get(reply.id)
    this.#pending.delete(reply.id)
    if ('error' in reply) {
      waiting?.reject(new Error(`The loader failed: ${reply.error}`))
      return
    }
    // Whoever waits or not: later pages number their words from here on.
    const page = this.#unpacker.unpack(reply.page)
    waiting?.resolve(page)
  }

  #fail(error: Error): void {
    const lost = [...this.#pending.values()]
    this.#pending.clear()
    for (const { reject } of lost) reject(error)
  }
}
