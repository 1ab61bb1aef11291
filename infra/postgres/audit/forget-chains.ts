import type { Pool } from 'pg'
import type { ChainName } from '../../../domain/audit/audit-topics.ts'
import { topicNumber } from '../../audit/topic-number.ts'
import { inTransaction } from '../in-transaction.ts'

/** Drops the table's part of these chains: they are chained anew from the log's first record, as with a table that was lost. */
export const forgetChains = (pool: Pool, chains: readonly ChainName[]): Promise<void> =>
  inTransaction(pool, async (client) => {
    for (const { topic, partition } of chains) {
      const of = 'where topic = $1 and partition = $2'
      // The checkpoint first, whose lock a move takes, too: rows of one that runs meanwhile are there to be taken then.
      await client.query(`delete from somabrain.audit_checkpoints ${of}`, [topicNumber(topic), partition])
      await client.query(`delete from somabrain.audit_entries ${of}`, [topicNumber(topic), partition])
    }
  })
