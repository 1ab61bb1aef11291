import type { LogWriter } from '../../commands/ports/log-writer.ts'

export interface LogObserver {
  /** Last offset of each partition that grew. */
  appended(lastOffsets: ReadonlyMap<number, number>): void
  /** Why the last append failed, `null` after one that did not. */
  outcome(failure: Error | null): void
}

/** Tells how far the log reaches as soon as the writer does: the head that `after: latest` waits for. */
export function observedLogWriter(writer: LogWriter, observer: LogObserver): LogWriter {
  return {
    async append(records) {
      const results = await writer.append(records)
      const last = new Map<number, number>()
      let failure: Error | null = null
      for (const [i, result] of results.entries()) {
        if (result.status === 'appended') last.set(records[i]!.partition, result.offset)
        else failure = result.cause
      }
      observer.outcome(failure)
      if (last.size > 0) observer.appended(last)
      return results
    },
  }
}
