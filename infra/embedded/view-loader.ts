import { Worker } from 'node:worker_threads'
import type { AnalysedPage, ViewLoader } from '../../query-api/ports/view-loader.ts'
import type { LoaderFiles, LoaderReply, LoaderRequest } from './loader-protocol.ts'

export interface EmbeddedViewLoader extends ViewLoader {
  close(): Promise<void>
}

/** Without a load for so long the thread ends: its dictionary is worth keeping for the next namespace, not for ever. */
const IDLE_MS = 60_000

interface Pending {
  readonly resolve: (page: AnalysedPage) => void
  readonly reject: (error: Error) => void
}

/** Loads cold views in a thread that starts with the first large one. */
export function createViewLoader(files: LoaderFiles): EmbeddedViewLoader {
  const pending = new Map<number, Pending>()
  let worker: Worker | null = null
  let idle: NodeJS.Timeout | undefined
  let lastId = 0

  const fail = (error: Error): void => {
    const lost = [...pending.values()]
    pending.clear()
    for (const { reject } of lost) reject(error)
  }
  const settle = (reply: LoaderReply): void => {
    const waiting = pending.get(reply.id)
    pending.delete(reply.id)
    if ('error' in reply) waiting?.reject(new Error(`The loader failed: ${reply.error}`))
    else waiting?.resolve(JSON.parse(reply.page) as AnalysedPage)
  }
  const start = (): Worker => {
    const started = new Worker(new URL('./loader-worker.ts', import.meta.url), { workerData: files })
    started.on('message', settle)
    started.on('error', (cause) => fail(new Error("The loader's thread failed", { cause })))
    started.on('exit', () => {
      if (worker === started) worker = null
      fail(new Error("The loader's thread ended"))
    })
    // A thread that only waits for work must not keep a process from ending.
    started.unref()
    return started
  }
  const end = async (): Promise<void> => {
    clearTimeout(idle)
    await worker?.terminate()
  }
  return {
    page(scope, language, since, limit) {
      worker ??= start()
      clearTimeout(idle)
      idle = setTimeout(end, IDLE_MS).unref()
      const id = ++lastId
      const request: LoaderRequest = { id, scope, language, since, limit }
      const running = worker
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject })
        running.postMessage(request)
      })
    },
    close: end,
  }
}
