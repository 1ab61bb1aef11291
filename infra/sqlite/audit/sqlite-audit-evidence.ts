import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type ChainName, EVENTS_PARTITIONS, partitionsOf } from '../../../domain/audit/audit-topics.ts'
import type { AuditEvidence, FoundRecord } from '../../../projections/audit/ports/audit-evidence.ts'
import { foreignRowText, strayRowOf, strayRowText } from '../../audit/stray-rows.ts'
import { topicNumber } from '../../audit/topic-number.ts'
import { openForReading } from '../data-dir/open-database.ts'
import { allRows, prepareArrays } from '../long-term/prepare-arrays.ts'
import { auditCheckpointRead } from './audit-checkpoints.ts'
import { ENTRY_COLUMNS, type EntryColumns, entryOfColumns } from './entry-rows.ts'
import { FoundBody } from './found-body.ts'
import type { AuditFiles } from './prepare-audit.ts'

const CACHE_BYTES = 4 << 20
const TABLES = { entries: 'entries', checkpoints: 'checkpoints', parameter: (number: number) => `?${number}` }

/** What a replay looks at in a data directory. A server may be running: it reads beside it. */
export function openSqliteAuditEvidence(
  files: AuditFiles & { readonly log: string },
): AuditEvidence & { close(): void } {
  const log = openForReading(files.log, CACHE_BYTES)
  const auditLog = openForReading(files.auditLog, CACHE_BYTES)
  const audit = openForReading(files.audit, CACHE_BYTES)
  const tables = {
    'memory.commands': partitionTables(log, 'partition', partitionsOf('memory.commands')),
    'audit.operations': partitionTables(auditLog, 'operations', partitionsOf('audit.operations')),
    'audit.events': partitionTables(auditLog, 'events', EVENTS_PARTITIONS),
  }
  const checkpoint = auditCheckpointRead(audit)
  const rows = prepareArrays(
    audit,
    `select ${ENTRY_COLUMNS} from entries
     where topic = ? and partition = ? and record_offset between ? and ? order by record_offset`,
  )
  const stray = prepareArrays(audit, strayRowText(TABLES))
  const foreign = prepareArrays(audit, foreignRowText(TABLES))
  const tableOf = ({ topic, partition }: ChainName): PartitionTable => tables[topic][partition]!
  return {
    start: async (chain) => tableOf(chain).start(),
    records: async (chain, from, limit) => tableOf(chain).found(chain.partition, from, limit),
    checkpoint: async (chain) => checkpoint(chain),
    rows: async ({ topic, partition }, from, to) =>
      allRows<EntryColumns>(rows, topicNumber(topic), partition, from, to).map(entryOfColumns),
    strayRow: async ({ topic, partition }, start) =>
      allRows<readonly [number]>(stray, topicNumber(topic), partition, start)[0]?.[0] ?? null,
    async foreignRow() {
      const row = allRows<readonly [number, number, number]>(foreign)[0]
      return row === undefined ? null : strayRowOf(...row)
    },
    events: async (partition, from, limit) => tables['audit.events'][partition]!.found(partition, from, limit),
    close() {
      for (const database of [log, auditLog, audit]) database.close()
    },
  }
}

interface PartitionTable {
  start(): number
  found(partition: number, from: number, limit: number): readonly FoundRecord[]
}

const partitionTables = (database: DatabaseSync, name: string, count: number): readonly PartitionTable[] =>
  Array.from({ length: count }, (_, partition) => {
    const first = database.prepare(`select min(record_offset) as first from ${name}_${partition}`)
    const range = prepareArrays(
      database,
      `select record_offset, crc, body from ${name}_${partition} where record_offset >= ? order by record_offset limit ?`,
    )
    return {
      start: () => Number(first.get()?.first ?? 0),
      found: (number, from, limit) => foundIn(range, number, from, limit),
    }
  })

type Columns = readonly [offset: number, crc: number, body: Uint8Array]

const foundIn = (range: StatementSync, partition: number, from: number, limit: number): readonly FoundRecord[] =>
  allRows<Columns>(range, from, limit).map(([offset, crc, body]) => new FoundBody(partition, offset, crc, body))
