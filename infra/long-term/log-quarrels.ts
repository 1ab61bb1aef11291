import type { Checkpoint } from '../../domain/checkpoint.ts'
import { PARTITIONS } from '../../domain/partition.ts'
import type { LogReader } from '../../projections/ports/log-reader.ts'
import { OffsetOutOfRangeError } from '../../projections/ports/offset-out-of-range-error.ts'
import { quarrelWithLog } from '../../projections/quarrel-with-log.ts'
import type { CommandCodec } from '../../schemas/command-codec.ts'

export interface LogQuarrel {
  readonly partition: number
  /** In words: what the state includes, and what the log holds there. */
  readonly what: string
}

export interface LogAndState {
  readonly logReader: LogReader
  readonly codec: CommandCodec
  /** Of long-term memory. */
  readonly reader: { checkpoint(partition: number): Promise<Checkpoint> }
}

/** Partitions whose log is not the one that long-term memory was folded from. */
export async function logQuarrels({ logReader, codec, reader }: LogAndState): Promise<readonly LogQuarrel[]> {
  const found: LogQuarrel[] = []
  for (let partition = 0; partition < PARTITIONS; partition++) {
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
