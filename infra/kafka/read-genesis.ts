import { PARTITIONS } from '../../domain/partition.ts'
import type { LogReader, LogRecord } from '../../projections/ports/log-reader.ts'
import { OffsetOutOfRangeError } from '../../projections/ports/offset-out-of-range-error.ts'
import type { CommandCodec } from '../../schemas/command-codec.ts'

/** What a partition begins with. `empty`: nothing yet. `other`: something that is no Genesis, and what it is. */
export type PartitionStart =
  | { readonly kind: 'genesis'; readonly generation: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'other'; readonly what: string }

const ONE = { records: 1, bytes: 1 } as const

export async function readPartitionStart(
  reader: LogReader,
  partition: number,
  codec: CommandCodec,
): Promise<PartitionStart> {
  const first = await firstRecord(reader, partition)
  if (first === 'taken away') return { kind: 'other', what: 'an offset behind 0: records were taken away' }
  if (first === undefined) return { kind: 'empty' }
  if (first.offset !== 0) return { kind: 'other', what: `offset ${first.offset}` }
  const decoded = codec.decode(first.value)
  if (!decoded.ok) return { kind: 'other', what: `bytes that are no known command (${decoded.reason})` }
  const command = decoded.value
  if (command.type !== 'Genesis') return { kind: 'other', what: `a ${command.type}` }
  return { kind: 'genesis', generation: command.generation }
}

/** What a retention took, or somebody's hand, is no failure of the read. */
async function firstRecord(reader: LogReader, partition: number): Promise<LogRecord | 'taken away' | undefined> {
  try {
    return (await reader.read(partition, 0, ONE))[0]
  } catch (error) {
    if (error instanceof OffsetOutOfRangeError) return 'taken away'
    throw error
  }
}

/**
 * The generation that each partition begins with, by partition. Throws, naming the partition, when one does not begin with
 * a Genesis, or with another generation than partition 0: such a topic was not made by `somabrain topics create`.
 */
export async function readGenesis(reader: LogReader, codec: CommandCodec): Promise<readonly string[]> {
  const starts = await Promise.all(
    Array.from({ length: PARTITIONS }, (_, partition) => readPartitionStart(reader, partition, codec)),
  )
  const generations = starts.map((start, partition) => {
    if (start.kind === 'genesis') return start.generation
    const found = start.kind === 'empty' ? 'nothing' : start.what
    throw new Error(
      `partition ${partition} of the log begins with ${found} instead of its Genesis: run somabrain topics create`,
    )
  })
  const other = generations.findIndex((generation) => generation !== generations[0])
  if (other === -1) return generations
  throw new Error(
    `partition ${other} of the log is of generation ${generations[other]}, partition 0 of ${generations[0]}: they are of two logs`,
  )
}
