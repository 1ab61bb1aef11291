import type { DatabaseSync } from 'node:sqlite'
import type { ChainName } from '../../../domain/audit/audit-topics.ts'
import type { AuditCheckpoint } from '../../../projections/audit/ports/audit-store.ts'
import { topicNumber } from '../../audit/topic-number.ts'
import { allRows, prepareArrays } from '../long-term/prepare-arrays.ts'

type Columns = readonly [
  generation: string,
  offset: number,
  lastId: string | null,
  knownTime: number,
  chain: Uint8Array,
  entries: number,
]

/** The stored checkpoint of a chain, `null` for one that was never made. */
export function auditCheckpointRead(database: DatabaseSync): (chain: ChainName) => AuditCheckpoint | null {
  const foldVersion = Number(database.prepare('select fold_version from fold').get()?.fold_version)
  const statement = prepareArrays(
    database,
    `select generation, last_offset, last_id, known_time, chain, entries from checkpoints
     where topic = ? and partition = ?`,
  )
  return ({ topic, partition }) => {
    const columns = allRows<Columns>(statement, topicNumber(topic), partition)[0]
    if (columns === undefined) return null
    const [generation, offset, lastCommandId, knownTime, chain, entries] = columns
    return { foldVersion, generation, offset, lastCommandId, knownTime, chain, entries }
  }
}

export function auditCheckpointWrite(database: DatabaseSync): (chain: ChainName, checkpoint: AuditCheckpoint) => void {
  const statement = database.prepare(
    `insert into checkpoints (topic, partition, generation, last_offset, last_id, known_time, chain, entries)
     values (?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (topic, partition) do update set
       generation = excluded.generation,
       last_offset = excluded.last_offset,
       last_id = excluded.last_id,
       known_time = excluded.known_time,
       chain = excluded.chain,
       entries = excluded.entries`,
  )
  return ({ topic, partition }, { generation, offset, lastCommandId, knownTime, chain, entries }) => {
    statement.run(topicNumber(topic), partition, generation, offset, lastCommandId, knownTime, chain, entries)
  }
}
