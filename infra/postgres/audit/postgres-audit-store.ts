import type { Pool, PoolClient } from 'pg'
import type { AuditEntry } from '../../../domain/audit/audit-entry.ts'
import type { ChainName } from '../../../domain/audit/audit-topics.ts'
import type { AuditCheckpoint, AuditMove, AuditStore } from '../../../projections/audit/ports/audit-store.ts'
import { neverChained } from '../../audit/never-chained.ts'
import { topicNumber } from '../../audit/topic-number.ts'
import { compareCheckpoints } from '../../long-term/compare-checkpoints.ts'
import { inTransaction } from '../in-transaction.ts'
import { queryRows } from '../row-query.ts'
import { AUDIT_CHECKPOINT_COLUMNS, AUDIT_ENTRY_COLUMNS, auditCheckpointOf } from './audit-rows.ts'

const READ = {
  name: 'audit:checkpoint',
  text: `select ${AUDIT_CHECKPOINT_COLUMNS} from somabrain.audit_checkpoints where topic = $1 and partition = $2`,
}
/** A row that is not there cannot be locked: two who begin a chain at once must meet at one. */
const BEGIN = `insert into somabrain.audit_checkpoints
  (topic, partition, fold_version, generation, last_offset, last_id, known_time, chain, entries)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (topic, partition) do nothing`
const WRITE = `update somabrain.audit_checkpoints set
  fold_version = $3, generation = $4, last_offset = $5, last_id = $6, known_time = $7, chain = $8, entries = $9
  where topic = $1 and partition = $2`
const BEYOND = {
  name: 'audit:beyond-checkpoint',
  text: `select record_offset from somabrain.audit_entries
    where topic = $1 and partition = $2 and record_offset > $3 order by record_offset limit 1`,
}
const INSERT = `insert into somabrain.audit_entries (${AUDIT_ENTRY_COLUMNS})
  select $1, $2, * from unnest($3::bigint[], $4::bytea[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::bytea[])`

/** The audit table in Postgres. */
export interface PostgresAuditStore extends AuditStore {
  /** The stored checkpoint, `null` for a chain that was never made. */
  stored(chain: ChainName): Promise<AuditCheckpoint | null>
  /** Sets the checkpoint of a chain that was never made: its beginning was trimmed. */
  begin(chain: ChainName, at: AuditCheckpoint): Promise<void>
  /** Takes away the rows at and before the offset. */
  trim(chain: ChainName, offset: number): Promise<void>
}

export function createPostgresAuditStore(pool: Pool): PostgresAuditStore {
  const stored = async (from: Pool | PoolClient, { topic, partition }: ChainName, lock = false) => {
    const statement = lock ? { name: `${READ.name}:locked`, text: `${READ.text} for update` } : READ
    const [columns] = await queryRows(from, statement, [topicNumber(topic), partition])
    return columns === undefined ? null : auditCheckpointOf(columns)
  }
  return {
    stored: (chain) => stored(pool, chain),
    checkpoint: async (chain) => (await stored(pool, chain)) ?? neverChained(chain),
    move: (chain, from, to, entries) =>
      inTransaction(pool, async (client): Promise<AuditMove> => {
        if (from.offset < 0) await client.query(BEGIN, checkpointValues(chain, from))
        const checkpoint = (await stored(client, chain, true)) ?? neverChained(chain)
        const outcome = compareCheckpoints(checkpoint, from, to)
        if (outcome !== 'moved') return { outcome, checkpoint }
        // Under the lock of the checkpoint: what is there now was not written by whoever folds.
        const [foreign] = await queryRows(client, BEYOND, [
          topicNumber(chain.topic),
          chain.partition,
          checkpoint.offset,
        ])
        if (foreign !== undefined) return { outcome: 'foreign-row', checkpoint, offset: Number(foreign[0]) }
        await client.query(INSERT, entryValues(chain, entries))
        await client.query(WRITE, checkpointValues(chain, to))
        return { outcome }
      }),
    async begin(chain, at) {
      await pool.query(BEGIN, checkpointValues(chain, at))
    },
    async trim({ topic, partition }, offset) {
      const text = 'delete from somabrain.audit_entries where topic = $1 and partition = $2 and record_offset <= $3'
      await pool.query(text, [topicNumber(topic), partition, offset])
    },
  }
}

const checkpointValues = ({ topic, partition }: ChainName, checkpoint: AuditCheckpoint): unknown[] => [
  topicNumber(topic),
  partition,
  checkpoint.foldVersion,
  checkpoint.generation,
  checkpoint.offset,
  checkpoint.lastCommandId,
  checkpoint.knownTime,
  Buffer.from(checkpoint.chain),
  checkpoint.entries,
]

const entryValues = ({ topic, partition }: ChainName, entries: readonly AuditEntry[]): unknown[] => [
  topicNumber(topic),
  partition,
  entries.map(({ offset }) => offset),
  entries.map(({ chain }) => Buffer.from(chain)),
  entries.map(({ at }) => at),
  entries.map(({ tenant }) => tenant),
  entries.map(({ namespace }) => namespace),
  entries.map(({ principal }) => principal),
  entries.map(({ action }) => action),
  entries.map(({ id }) => id),
  entries.map(({ detail }) => (detail === null ? null : Buffer.from(detail))),
]
