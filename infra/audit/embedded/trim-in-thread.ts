import { Worker } from 'node:worker_threads'
import type { ExpiredTrim } from '../../../projections/audit/trim-expired.ts'
import type { TrimRequest } from '../audit-retention.ts'

/** What the thread of a trim opens, and until when it trims. */
export interface TrimWorkerData extends Omit<TrimRequest, 'signal'> {
  readonly dataDir: string
  /** As configured; `null`: the one in the data directory. */
  readonly signingKey: string | null
}

/**
 * Verifies and trims the audit of a data directory off the threads that serve, beside the one that writes it. A thread that is
 * ended halfway leaves what is whole: each step is a transaction, and a trim that was said and not done takes nothing away.
 */
export function trimInThread(data: TrimWorkerData, signal: AbortSignal): Promise<ExpiredTrim> {
  signal.throwIfAborted()
  const worker = new Worker(new URL('./trim-worker.ts', import.meta.url), { workerData: data })
  const end = (): void => void worker.terminate()
  signal.addEventListener('abort', end, { once: true })
  return new Promise<ExpiredTrim>((resolve, reject) => {
    let done: ExpiredTrim | null = null
    worker.on('message', (message: ExpiredTrim) => {
      done = message
    })
    worker.on('error', reject)
    // Once its files are closed.
    worker.on('exit', (code) => {
      if (done === null) reject(new Error(`the thread of the trim ended with code ${code}`))
      else resolve(done)
    })
  }).finally(() => signal.removeEventListener('abort', end))
}
