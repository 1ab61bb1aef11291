import type { Pool } from 'pg'
import type { ChainName } from '../../../domain/audit/audit-topics.ts'
import { chainNext } from '../../../domain/audit/chain.ts'
import type { AuditEvidence, FoundRecord } from '../../../projections/audit/ports/audit-evidence.ts'
import type { LogRecord } from '../../../projections/ports/log-reader.ts'
import { OffsetOutOfRangeError } from '../../../projections/ports/offset-out-of-range-error.ts'
import type { KafkaLogReader } from '../../kafka/kafka-log-reader.ts'
import { AUDIT_ENTRY_COLUMNS, auditEntryOf } from '../../postgres/audit/audit-rows.ts'
import { createPostgresAuditStore } from '../../postgres/audit/postgres-audit-store.ts'
import { queryRows } from '../../postgres/row-query.ts'
import { foreignRowText, strayRowOf, strayRowText } from '../stray-rows.ts'
import { topicNumber } from '../topic-number.ts'

export interface ClusterEvidenceDeps {
  readonly commands: KafkaLogReader
  readonly operations: KafkaLogReader
  readonly events: KafkaLogReader
  readonly pool: Pool
}

const PAGE_BYTES = 16 << 20

const TABLES = {
  entries: 'somabrain.audit_entries',
  checkpoints: 'somabrain.audit_checkpoints',
  parameter: (number: number) => `$${number}`,
}
const STRAY = { name: 'audit:stray-row', text: strayRowText(TABLES) }
const FOREIGN = { name: 'audit:foreign-row', text: foreignRowText(TABLES) }
const ROWS = {
  name: 'audit:rows',
  text: `select ${AUDIT_ENTRY_COLUMNS} from somabrain.audit_entries
    where topic = $1 and partition = $2 and record_offset between $3 and $4 order by record_offset`,
}

/** What a replay looks at in a cluster. Kafka checks every batch against its CRC, so a damaged one is not even handed out. */
export function createClusterAuditEvidence({ commands, operations, events, pool }: ClusterEvidenceDeps): AuditEvidence {
  const store = createPostgresAuditStore(pool)
  const readerOf = ({ topic }: ChainName): KafkaLogReader => (topic === 'memory.commands' ? commands : operations)
  return {
    start: (chain) => readerOf(chain).start(chain.partition),
    records: (chain, from, limit) => foundIn(readerOf(chain), chain.partition, from, limit),
    checkpoint: (chain) => store.stored(chain),
    rows: async ({ topic, partition }, from, to) =>
      (await queryRows(pool, ROWS, [topicNumber(topic), partition, from, to])).map(auditEntryOf),
    async strayRow({ topic, partition }, start) {
      const [row] = await queryRows(pool, STRAY, [topicNumber(topic), partition, start])
      return row === undefined ? null : Number(row[0])
    },
    async foreignRow() {
      const [row] = await queryRows(pool, FOREIGN, [])
      return row === undefined ? null : strayRowOf(Number(row[0]), Number(row[1]), Number(row[2]))
    },
    events: (partition, from, limit) => foundIn(events, partition, from, limit),
  }
}

/** A log that ends before `from` was cut: that there is nothing is what the replay must hear. */
async function foundIn(
  reader: KafkaLogReader,
  partition: number,
  from: number,
  limit: number,
): Promise<readonly FoundRecord[]> {
  try {
    const records = await reader.read(partition, from, { records: limit, bytes: PAGE_BYTES })
    return records.map((record: LogRecord) => ({
      ...record,
      damage: null,
      chainAfter: (previous) => chainNext(previous, record),
    }))
  } catch (error) {
    if (error instanceof OffsetOutOfRangeError && from >= (await reader.end(partition))) return []
    throw error
  }
}
