import type { ChainName } from '../../../domain/audit/audit-topics.ts'
import type { AuditCheckpoint, AuditMove, AuditStore } from '../../../projections/audit/ports/audit-store.ts'
import { neverChained } from '../../audit/never-chained.ts'
import { topicNumber } from '../../audit/topic-number.ts'
import { compareCheckpoints } from '../../long-term/compare-checkpoints.ts'
import { naming } from '../data-dir/check-store.ts'
import { inTransaction } from '../data-dir/in-transaction.ts'
import { openForWriting, type WriteTuning } from '../data-dir/open-database.ts'
import { auditCheckpointRead, auditCheckpointWrite } from './audit-checkpoints.ts'
import { auditTableSchema } from './audit-table-schema.ts'
import { entryInsert } from './entry-rows.ts'

/** Not synchronous = full: a lost move is folded again, rows and checkpoint together. */
const TABLE_TUNING: WriteTuning = { synchronous: 'normal', checkpointBytes: 8 << 20, cacheBytes: 8 << 20 }

/** The audit table in audit.db, for the one thread that folds. */
export interface SqliteAuditStore extends AuditStore {
  /** Sets the checkpoint of a chain that was never made: its beginning was trimmed. */
  begin(chain: ChainName, at: AuditCheckpoint): void
  /** Takes away the rows at and before the offset. */
  trim(chain: ChainName, offset: number): void
  close(): void
}

/**
 * Opens a file that `prepareAudit` found ready. `synchronous`: `full` for what must be on disk before the next step, as rows
 * that are trimmed must be gone before their records are.
 */
export function openSqliteAuditStore(
  file: string,
  synchronous: WriteTuning['synchronous'] = TABLE_TUNING.synchronous,
): SqliteAuditStore {
  const database = openForWriting(file, { ...TABLE_TUNING, synchronous })
  const read = auditCheckpointRead(database)
  const write = auditCheckpointWrite(database)
  const insert = entryInsert(database)
  const beyond = database.prepare(
    `select record_offset from entries
     where topic = ? and partition = ? and record_offset > ? order by record_offset limit 1`,
  )
  const trim = database.prepare('delete from entries where topic = ? and partition = ? and record_offset <= ?')
  const guarded = <Result>(work: () => Result): Result => naming(file, auditTableSchema, work)
  const checkpoint = (chain: ChainName): AuditCheckpoint => read(chain) ?? neverChained(chain)
  return {
    checkpoint: async (chain) => guarded(() => checkpoint(chain)),
    move: async (chain, from, to, entries) =>
      guarded(() =>
        inTransaction(database, (): AuditMove => {
          const stored = checkpoint(chain)
          const outcome = compareCheckpoints(stored, from, to)
          if (outcome !== 'moved') return { outcome, checkpoint: stored }
          const foreign = beyond.get(topicNumber(chain.topic), chain.partition, stored.offset)
          if (foreign !== undefined) {
            return { outcome: 'foreign-row', checkpoint: stored, offset: Number(foreign.record_offset) }
          }
          for (const entry of entries) insert(entry)
          write(chain, to)
          return { outcome }
        }),
      ),
    begin: (chain, at) => guarded(() => write(chain, at)),
    trim: ({ topic, partition }, offset) => {
      guarded(() => trim.run(topicNumber(topic), partition, offset))
    },
    close: () => database.close(),
  }
}
