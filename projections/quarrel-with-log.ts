import type { Checkpoint } from '../domain/checkpoint.ts'
import type { LogReader, LogRecord } from './ports/log-reader.ts'

const ONE_RECORD = { records: 1, bytes: 1 } as const

/**
 * Why a stored checkpoint cannot stem from this log, or `null` when it can. Rejects when the log does not answer, and with
 * an `OffsetOutOfRangeError` when its beginning was cut. `commandIdOf`: of a record, `null` when it cannot be read.
 */
export async function quarrelWithLog(
  log: LogReader,
  partition: number,
  checkpoint: Pick<Checkpoint, 'offset' | 'lastCommandId'>,
  commandIdOf: (record: LogRecord) => string | null,
): Promise<string | null> {
  if (checkpoint.offset < 0) {
    // A log whose beginning was cut says so here; a consumer would pass over what is missing.
    await log.read(partition, 0, ONE_RECORD)
    return null
  }
  const end = await log.end(partition)
  if (checkpoint.offset >= end) {
    return `the state includes offset ${checkpoint.offset}, and the log ends before ${end}: the log was cut or exchanged`
  }
  if (checkpoint.lastCommandId === null) {
    // It names nothing to compare with, and what it was begun behind may have been trimmed: the log must go on from there.
    await log.read(partition, checkpoint.offset + 1, ONE_RECORD)
    return null
  }
  const [record] = await log.read(partition, checkpoint.offset, ONE_RECORD)
  if (record?.offset !== checkpoint.offset) return null
  const commandId = commandIdOf(record)
  if (commandId === checkpoint.lastCommandId) return null
  return `offset ${checkpoint.offset} holds command ${commandId ?? 'unreadable'}, the state was folded from ${checkpoint.lastCommandId}`
}
