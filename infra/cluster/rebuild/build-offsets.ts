import { DatabaseError, type Pool } from 'pg'
import { PARTITIONS } from '../../../domain/partition.ts'
import type { ProjectionBuild } from '../../postgres/projection-builds.ts'
import { quotedName } from '../../postgres/quoted-name.ts'

/** Last folded offset of each partition, −1 where nothing is; `null` for a build whose tables are gone. */
export async function readBuildOffsets(
  pool: Pool,
  { schema }: Pick<ProjectionBuild, 'schema'>,
): Promise<readonly number[] | null> {
  try {
    const { rows } = await pool.query(`select partition, last_offset from ${quotedName(schema)}.checkpoints`)
    const offsets = Array.from({ length: PARTITIONS }, () => -1)
    for (const row of rows) offsets[Number(row.partition)] = Number(row.last_offset)
    return offsets
  } catch (error) {
    if (error instanceof DatabaseError && error.code === UNDEFINED_TABLE) return null
    throw error
  }
}

const UNDEFINED_TABLE = '42P01'
