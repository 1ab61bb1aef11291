import type { AppendResult, LogWriter, NewRecord } from '../../../commands/ports/log-writer.ts'
import { asError } from '../data-dir/sqlite-error.ts'
import { UncertainWriteError, type WriterThread } from '../writer/writer-thread.ts'
import { type GenerationSpan, generationAt } from './generations.ts'
import { packRecords } from './pack-records.ts'

/** The embedded log's writer: each `append` is one transaction, one fsync, all or nothing. */
export function sqliteLogWriter(thread: WriterThread, spans: readonly GenerationSpan[]): LogWriter {
  return {
    async append(records) {
      if (records.length === 0) return []
      try {
        const packed = packRecords(records)
        const firstOffsets = await thread.request<readonly number[]>({ op: 'append', packed }, [packed])
        return appended(records, firstOffsets, spans)
      } catch (thrown) {
        const cause = asError(thrown)
        const status = cause instanceof UncertainWriteError ? 'unknown' : 'not-written'
        return records.map(() => ({ status, cause }))
      }
    },
  }
}

function appended(records: readonly NewRecord[], firstOffsets: readonly number[], spans: readonly GenerationSpan[]) {
  const next = [...firstOffsets]
  const generations = next.map((_, partition) => generationAt(spans, partition, Number.MAX_SAFE_INTEGER) ?? '')
  return records.map(({ partition }): AppendResult => {
    const offset = next[partition]!
    next[partition] = offset + 1
    return { status: 'appended', generation: generations[partition]!, offset }
  })
}
