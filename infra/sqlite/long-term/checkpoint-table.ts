import type { DatabaseSync } from 'node:sqlite'
import type { Checkpoint } from '../../../domain/checkpoint.ts'
import { uuidBytesOrNull, uuidTextOrNull } from '../../long-term/id-bytes.ts'
import { neverFolded } from '../../long-term/never-folded.ts'
import { allRows, prepareArrays } from './prepare-arrays.ts'

/** The fold version that the whole store was made by. */
export function readFoldVersion(database: DatabaseSync): number {
  return Number(database.prepare('select fold_version from fold').get()?.fold_version)
}

type Columns = readonly [generation: string, offset: number, lastCommandId: Uint8Array | null, knownTime: number]

export function checkpointRead(database: DatabaseSync): (partition: number) => Checkpoint {
  const foldVersion = readFoldVersion(database)
  const statement = prepareArrays(
    database,
    'select generation, last_offset, last_command_id, known_time from checkpoints where partition = ?',
  )
  return (partition) => {
    const columns = allRows<Columns>(statement, partition)[0]
    if (columns === undefined) return neverFolded(foldVersion)
    const [generation, offset, lastCommandId, knownTime] = columns
    return { foldVersion, generation, offset, lastCommandId: uuidTextOrNull(lastCommandId), knownTime }
  }
}

export function checkpointWrite(database: DatabaseSync): (partition: number, checkpoint: Checkpoint) => void {
  const statement = database.prepare(
    `insert into checkpoints (partition, generation, last_offset, last_command_id, known_time)
     values (:partition, :generation, :offset, :lastCommandId, :knownTime)
     on conflict (partition) do update set
       generation = excluded.generation,
       last_offset = excluded.last_offset,
       last_command_id = excluded.last_command_id,
       known_time = excluded.known_time`,
  )
  return (partition, { generation, offset, lastCommandId, knownTime }) => {
    statement.run({ partition, generation, offset, lastCommandId: uuidBytesOrNull(lastCommandId), knownTime })
  }
}
