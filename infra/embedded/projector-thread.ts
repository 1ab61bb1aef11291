import { Worker } from 'node:worker_threads'
import { GrowthNews } from './growth-news.ts'
import type { ProjectorFiles, ProjectorReport, ProjectorRequest } from './projector-protocol.ts'

const FOLD_PACE = { everyMs: 25, awaitedMs: 5 }

export interface ProjectorThread {
  /** Tells it that partitions grew. */
  grown(partitions: Iterable<number>): void
  /** Somebody waits for what it folds. */
  hurry(): void
  /** Ends it behind the batch that it is at. */
  close(): Promise<void>
}

export interface ProjectorListener {
  report(report: ProjectorReport): void
  /** The thread ended unasked: a bug, which no retry mends. */
  failed(error: Error): void
}

/** Starts the thread; resolves when its stores are open. */
export function startProjectorThread(files: ProjectorFiles, listener: ProjectorListener): Promise<ProjectorThread> {
  const worker = new Worker(new URL('./projector-worker.ts', import.meta.url), { workerData: files })
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const send = (request: ProjectorRequest): void => worker.postMessage(request)
  let closing = false
  return new Promise((resolve, reject) => {
    worker.on('message', (report: ProjectorReport) => {
      listener.report(report)
      if (report.kind !== 'ready') return
      const news = new GrowthNews(FOLD_PACE, (partitions) => send({ kind: 'grown', partitions }))
      resolve({
        grown: (partitions) => news.grown(partitions),
        hurry: () => news.hurry(),
        async close() {
          news.close()
          closing = true
          send({ kind: 'close' })
          await exited
        },
      })
    })
    worker.on('error', (error) => {
      reject(error)
      listener.failed(error as Error)
    })
    worker.on('exit', (code) => {
      if (!closing) listener.failed(new Error(`The projector's thread ended with code ${code}`))
    })
  })
}
