import type { Pool, PoolClient } from 'pg'
import type { Checkpoint } from '../../../domain/checkpoint.ts'
import { quotedName } from '../quoted-name.ts'
import { queryRows, type RawColumn, type Statement } from '../row-query.ts'

export const CHECKPOINT_COLUMNS = 'fold_version, generation, last_offset, last_command_id, known_time'

export function checkpointOf(columns: readonly RawColumn[]): Checkpoint {
  const [foldVersion, generation, offset, lastCommandId, knownTime] = columns
  return {
    foldVersion: Number(foldVersion),
    generation: generation ?? '',
    offset: Number(offset),
    lastCommandId: lastCommandId ?? null,
    knownTime: Number(knownTime),
  }
}

export const checkpointStatement = (schema: string): Statement => ({
  name: `${schema}:checkpoint`,
  text: `select ${CHECKPOINT_COLUMNS} from ${quotedName(schema)}.checkpoints where partition = $1`,
})

/** The partition's checkpoint. Rejects for a partition that the schema was not made with. */
export async function readCheckpoint(
  pool: Pool | PoolClient,
  statement: Statement,
  partition: number,
): Promise<Checkpoint> {
  const [columns] = await queryRows(pool, statement, [partition])
  if (columns === undefined) throw new Error(`there is no checkpoint of partition ${partition}`)
  return checkpointOf(columns)
}
