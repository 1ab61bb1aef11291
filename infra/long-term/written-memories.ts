import type { Remember } from '../../domain/command.ts'
import { rememberedRow } from '../../domain/long-term/fold-remember.ts'
import type { MemoryRow } from '../../domain/memory.ts'
import type { Scope } from '../../domain/names.ts'
import { partitionKey, partitionOf } from '../../domain/partition.ts'
import { sameBytes } from '../../domain/same-bytes.ts'
import type { LogReader } from '../../projections/ports/log-reader.ts'
import type { WrittenMemories, WrittenMemory } from '../../query-api/ports/written-memories.ts'
import type { CommandCodec } from '../../schemas/command-codec.ts'

/** Kafka hands out whole batches, of up to 900 KB: so many are asked for at once. */
const READS_AT_ONCE = 4
const ONE_RECORD = { records: 1, bytes: 1 } as const

/** Reads memories from the log, one record each. */
export function writtenMemories(log: LogReader, codec: CommandCodec): WrittenMemories {
  const readOne = async (scope: Scope, { memoryId, offset }: WrittenMemory): Promise<MemoryRow | null> => {
    const key = partitionKey(scope)
    const partition = partitionOf(key)
    const [record] = await log.read(partition, offset, ONE_RECORD)
    if (record?.offset !== offset || !sameBytes(record.key, key)) return null
    const decoded = codec.decode(record.value)
    if (!decoded.ok || decoded.value.type !== 'Remember' || decoded.value.memoryId !== memoryId) return null
    return asWritten(scope, partition, offset, decoded.value, decoded.entry.number)
  }
  return {
    async written(scope, wanted) {
      const rows: Array<MemoryRow | null> = []
      for (let at = 0; at < wanted.length; at += READS_AT_ONCE) {
        const some = wanted.slice(at, at + READS_AT_ONCE)
        rows.push(...(await Promise.all(some.map((one) => readOne(scope, one)))))
      }
      return rows.filter((row) => row !== null)
    },
  }
}

/** Its known time is that of the records before it too, which are not read; it shows in no answer. */
const asWritten = (scope: Scope, partition: number, offset: number, command: Remember, dataSchema: number): MemoryRow =>
  rememberedRow({ scope, partition, offset, command, dataSchema, knownAt: command.recordedAt }, command)
