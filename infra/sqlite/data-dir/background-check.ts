import { Worker } from 'node:worker_threads'
import type { StoreFiles } from './data-directory.ts'

/** What a check found: the file, what is wrong with it and what to do. */
export interface Damage {
  readonly file: string
  readonly what: string
  readonly remedy: string
}

export interface BackgroundCheck {
  /** What is damaged: at most one finding per file, none when all is sound; `stopped` when stop() came first. */
  readonly found: Promise<readonly Damage[] | 'stopped'>
  stop(): Promise<void>
}

/**
 * Reads every page of the three files (SQLite's quick_check) and the checksum of every record of the log, in a thread
 * of its own, while the stores are in use: what the start is too short to see. Rejects when a file cannot be opened.
 */
export function checkInBackground(files: StoreFiles): BackgroundCheck {
  const worker = new Worker(new URL('./check-worker.ts', import.meta.url), { workerData: files })
  const found = new Promise<readonly Damage[] | 'stopped'>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => resolve('stopped'))
  })
  return {
    found,
    async stop() {
      await worker.terminate()
    },
  }
}
