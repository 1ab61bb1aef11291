import type { MemoryRow } from '../../domain/memory.ts'
import { type Scope, scopeKey } from '../../domain/names.ts'
import { partitionKey, partitionOf } from '../../domain/partition.ts'
import { CAPACITY, type LiveMemory } from '../../domain/working-memory/working-memory.ts'
import type { LogReader, LogRecord } from '../../projections/ports/log-reader.ts'
import type {
  SealedMemory,
  SourceRecord,
  WorkingMemorySource,
} from '../../projections/working-memory/working-memory-source.ts'
import type { LongTermReader } from '../../query-api/ports/long-term-reader.ts'
import type { CommandCodec } from '../../schemas/command-codec.ts'
import type { Keyring } from '../crypto/keyring.ts'
import type { RowOpener } from '../crypto/row-opener.ts'
import { sealedContents } from '../crypto/sealed-contents.ts'
import type { OutcomeRange } from '../sqlite/long-term/read-outcomes.ts'
import type { LiveRowScan } from '../sqlite/long-term/scan-live-rows.ts'

export interface EmbeddedSourceDeps {
  readonly reader: LongTermReader
  readonly liveRows: LiveRowScan
  readonly outcomes: OutcomeRange
  readonly log: LogReader
  readonly codec: CommandCodec
  readonly keyring: Keyring
  readonly opener: RowOpener
}

const READ = { records: 500, bytes: 4 << 20 }

/** Working memory's sources in one process: state.db, log.db and the keyring. */
export function createWorkingMemorySource(deps: EmbeddedSourceDeps): WorkingMemorySource {
  const { reader, keyring, opener } = deps
  return {
    checkpoint: (partition) => reader.checkpoint(partition),
    async liveRows(scope, exceptKeys, limit) {
      const except = new Set(exceptKeys)
      const gathered = gatherLiveRows(limit)
      const checkpoint = await deps.liveRows.scan(scope, (row) => {
        if (!except.has(row.keyId)) gathered.take(row)
      })
      return { checkpoint, memories: gathered.memories, newest: gathered.newest }
    },
    records: (scope, after, upTo) => recordsBetween(deps, scope, after, upTo),
    ...sealedContents(keyring, opener),
  }
}

/**
 * Rows come newest first, and known time never decreases with the offset: of one importance and rehearsal count, the
 * first {@link CAPACITY} outrank the rest.
 */
function gatherLiveRows(limit: number) {
  const memories: LiveMemory[] = []
  const newest: SealedMemory[] = []
  const taken = new Map<number, number>()
  return {
    memories,
    newest,
    take(row: MemoryRow): void {
      const { memoryId, offset, keyId, importance, rehearsals, knownAt, commandId, dataSchema, sealed } = row
      if (newest.length < limit && sealed !== null)
        newest.push({ memoryId, offset, commandId, keyId, dataSchema, sealed })
      const rank = importance * 2048 + rehearsals
      const count = taken.get(rank) ?? 0
      if (count === CAPACITY) return
      taken.set(rank, count + 1)
      memories.push({ memoryId, offset, keyId, importance, rehearsals, knownAt })
    },
  }
}

async function recordsBetween(
  deps: EmbeddedSourceDeps,
  scope: Scope,
  after: number,
  upTo: number,
): Promise<SourceRecord[]> {
  const partition = partitionOf(partitionKey(scope))
  const records: SourceRecord[] = []
  let from = after + 1
  while (from <= upTo) {
    const page = (await deps.log.read(partition, from, READ)).filter((record) => record.offset <= upTo)
    if (page.length === 0) break
    const last = page.at(-1)!.offset
    const outcomes = new Map(deps.outcomes.between(partition, from - 1, last).map((row) => [row.offset, row]))
    for (const record of page) {
      const row = outcomes.get(record.offset)
      if (row !== undefined && scopeKey(row) === scopeKey(scope)) records.push(sourceRecord(deps.codec, record, row))
    }
    from = last + 1
  }
  return records
}

function sourceRecord(
  codec: CommandCodec,
  record: LogRecord,
  row: Pick<SourceRecord, 'knownAt' | 'outcome'>,
): SourceRecord {
  const decoded = codec.decode(record.value)
  if (!decoded.ok) throw new Error(`Offset ${record.offset} was folded and cannot be decoded: ${decoded.reason}`)
  const { knownAt, outcome } = row
  return { offset: record.offset, knownAt, command: decoded.value, outcome, dataSchema: decoded.entry.number }
}
