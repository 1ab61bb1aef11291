import type { Pool } from 'pg'
import { type ChainName, chainText, operationChains } from '../../../domain/audit/audit-topics.ts'
import { operationReader } from '../../../projections/audit/read-audited-record.ts'
import { OffsetOutOfRangeError } from '../../../projections/ports/offset-out-of-range-error.ts'
import { quarrelWithLog } from '../../../projections/quarrel-with-log.ts'
import { createAuditCodec } from '../../../schemas/audit-codec.ts'
import type { SchemaIds } from '../../../schemas/command-codec.ts'
import { createKafkaLogReader } from '../../kafka/kafka-log-reader.ts'
import type { KafkaSettings } from '../../kafka/kafka-settings.ts'
import { OPERATIONS_TOPIC } from '../../kafka/topic-catalogue.ts'
import { createPostgresAuditStore } from '../../postgres/audit/postgres-audit-store.ts'
import { queryRows } from '../../postgres/row-query.ts'
import { topicNumber } from '../topic-number.ts'

const FIRST_ROW = {
  name: 'audit:first-row',
  text: `select record_offset from somabrain.audit_entries where topic = $1 and partition = $2 order by record_offset limit 1`,
}

export interface ChainQuarrel {
  readonly chain: ChainName
  /** In words: what was chained, and what the topic holds there. */
  readonly what: string
}

export interface OperationQuarrelsOptions {
  readonly kafka: KafkaSettings
  readonly topicPrefix: string
  readonly schemaIds: SchemaIds
  readonly pool: Pool
}

/** Partitions of `audit.operations` that are not what the audit's table was chained from: an older copy was restored. */
export async function operationQuarrels(options: OperationQuarrelsOptions): Promise<readonly ChainQuarrel[]> {
  const store = createPostgresAuditStore(options.pool)
  const read = operationReader(createAuditCodec(options.schemaIds))
  const reader = createKafkaLogReader(options.kafka, { topic: `${options.topicPrefix}${OPERATIONS_TOPIC}` })
  const quarrelOf = async (chain: ChainName): Promise<string | null> => {
    const chained = await store.stored(chain)
    if (chained === null) return null
    try {
      const [first] = await queryRows(options.pool, FIRST_ROW, [topicNumber(chain.topic), chain.partition])
      const tableStart = first === undefined ? chained.offset + 1 : Number(first[0])
      const start = await reader.start(chain.partition)
      // Rows were trimmed, and a log from before has those records again: a replay would find rows missing.
      if (tableStart > start)
        return `the table begins at offset ${tableStart}, and the log at ${start}: it is from before a trim`
      return await quarrelWithLog(reader, chain.partition, chained, (record) => {
        const found = read(record)
        return found.ok ? found.entry.id : null
      })
    } catch (error) {
      if (!(error instanceof OffsetOutOfRangeError)) throw error
      return error.message
    }
  }
  try {
    const found: ChainQuarrel[] = []
    for (const chain of operationChains) {
      const what = await quarrelOf(chain)
      if (what !== null) found.push({ chain, what: `${chainText(chain)}: ${what}` })
    }
    return found
  } finally {
    await reader.close()
  }
}
