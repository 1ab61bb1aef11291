import { OffsetOutOfRangeError } from '../../../projections/ports/offset-out-of-range-error.ts'
import { quarrelWithLog } from '../../../projections/quarrel-with-log.ts'
import { type ClusterParts, everyPartition } from '../cluster-parts.ts'

export interface LogQuarrel {
  readonly partition: number
  /** In words: what the state includes, and what the log holds there. */
  readonly what: string
}

/** Partitions whose log is not the one that the live build of long-term memory was folded from. */
export async function logQuarrels({
  logReader,
  codec,
  reader,
}: Pick<ClusterParts, 'logReader' | 'codec' | 'reader'>): Promise<readonly LogQuarrel[]> {
  const found: LogQuarrel[] = []
  for (const partition of everyPartition) {
    const checkpoint = await reader.checkpoint(partition)
    try {
      const what = await quarrelWithLog(logReader, partition, checkpoint, ({ value }) => {
        const decoded = codec.decode(value)
        return decoded.ok ? decoded.value.commandId : null
      })
      if (what !== null) found.push({ partition, what })
    } catch (error) {
      if (!(error instanceof OffsetOutOfRangeError)) throw error
      found.push({ partition, what: error.message })
    }
  }
  return found
}
