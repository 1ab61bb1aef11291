import type { JsonObject } from '../../../domain/json.ts'
import { batches } from './batches.ts'
import type { ImportFile } from './import-files.ts'
import type { ImportItem, ImportTrouble } from './import-item.ts'
import { readItems } from './read-items.ts'
import { type BatchTarget, sendBatch } from './send-batch.ts'

export interface ImportProgress {
  readonly files: number
  /** Added and already there. */
  readonly memories: number
  readonly added: number
  readonly alreadyThere: number
  readonly failed: number
  readonly bytesDone: number
  readonly bytesTotal: number
  /** What was done last. */
  readonly path: string
}

export interface ImportOptions extends BatchTarget {
  readonly files: readonly ImportFile[]
  /** Fields of every memory, below its own: `user_id`, `agent_id`, `tags`. */
  readonly shared: JsonObject
  readonly onProgress: (progress: ImportProgress) => void
  /** Each line or file that is not stored, with the reason. */
  readonly onTrouble: (from: string, reason: string) => void
}

interface Sendable extends ImportItem {
  readonly path: string
  readonly size: number
}

/** Reads and sends the files in order, a batch at a time, so that memory stays bounded and turns keep their order. */
export async function importMemories(options: ImportOptions): Promise<ImportProgress> {
  const bytesTotal = options.files.reduce((sum, { bytes }) => sum + bytes, 0)
  let progress: ImportProgress = {
    files: 0,
    memories: 0,
    added: 0,
    alreadyThere: 0,
    failed: 0,
    bytesDone: 0,
    bytesTotal,
    path: '',
  }

  const fail = (trouble: ImportTrouble) => {
    progress = { ...progress, failed: progress.failed + 1, bytesDone: progress.bytesDone + trouble.bytes }
    options.onTrouble(trouble.from, trouble.reason)
  }

  async function* items(): AsyncGenerator<Sendable> {
    for (const file of options.files) {
      for await (const read of readItems(file)) {
        if ('trouble' in read) {
          fail(read.trouble)
        } else {
          const request = { ...options.shared, ...read.item.request }
          yield { ...read.item, request, path: file.path, size: Buffer.byteLength(JSON.stringify(request)) + 1 }
        }
      }
      progress = { ...progress, files: progress.files + 1 }
    }
  }

  for await (const batch of batches(items(), ({ size }) => size)) {
    const outcomes = await sendBatch(
      options,
      batch.map(({ request }) => request),
    )
    for (const [index, outcome] of outcomes.entries()) {
      const { from, bytes, path } = batch[index]!
      if (outcome.status === 'failed') {
        fail({ from, reason: outcome.reason, bytes })
      } else {
        const added = outcome.status === 'added' ? 1 : 0
        progress = {
          ...progress,
          path,
          memories: progress.memories + 1,
          added: progress.added + added,
          alreadyThere: progress.alreadyThere + 1 - added,
          bytesDone: progress.bytesDone + bytes,
        }
      }
    }
    options.onProgress(progress)
  }
  return { ...progress, bytesDone: bytesTotal }
}
