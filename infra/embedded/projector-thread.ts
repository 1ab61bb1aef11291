import { Worker } from 'node:worker_threads'
import type { ProjectorFiles, ProjectorReport, ProjectorRequest } from './projector-protocol.ts'

export interface ProjectorThread {
  /** Tells it that partitions grew. */
  grown(partitions: readonly number[]): void
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
      resolve({
        grown: coalesced((partitions) => send({ kind: 'grown', partitions })),
        async close() {
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

/** Under load, news of many appends go together: a message between threads costs as much as sealing a memory. */
const COALESCE_MS = 5

function coalesced(tell: (partitions: readonly number[]) => void): (partitions: readonly number[]) => void {
  const waiting = new Set<number>()
  let lastTold = 0
  let timer: NodeJS.Timeout | null = null
  const flush = (): void => {
    timer = null
    lastTold = performance.now()
    tell([...waiting])
    waiting.clear()
  }
  return (partitions) => {
    for (const partition of partitions) waiting.add(partition)
    if (timer !== null) return
    if (performance.now() - lastTold >= COALESCE_MS) flush()
    else timer = setTimeout(flush, COALESCE_MS)
  }
}
