import { genesisRecord } from '../../../commands/genesis-record.ts'
import type { LogWriter } from '../../../commands/ports/log-writer.ts'
import type { CommandCodec } from '../../../schemas/command-codec.ts'
import { everyPartition } from '../cluster-parts.ts'

/**
 * Begins another generation in every partition: what is appended from here on takes offsets that records of a lost log had,
 * and positions tell the two apart by it. Again after a failure, it begins one more, which harms nothing. Rejects unless
 * every partition has it.
 */
export async function openGeneration(
  writer: LogWriter,
  codec: CommandCodec,
  generation: string,
  recordedAt: number,
): Promise<void> {
  const records = everyPartition.map((partition) => genesisRecord(codec, partition, generation, recordedAt))
  for (const [partition, result] of (await writer.append(records)).entries()) {
    if (result.status === 'appended') continue
    throw new Error(`partition ${partition} could not be given a generation: ${result.cause.message}`, {
      cause: result.cause,
    })
  }
}
