import type { Pool } from 'pg'
import { LONG_TERM_FOLD_VERSION } from '../../../domain/long-term/fold.ts'
import { LONG_TERM, longTermTables } from '../../postgres/long-term/long-term-tables.ts'
import { createBuild, listBuilds, type ProjectionBuild } from '../../postgres/projection-builds.ts'

/**
 * The build that a rebuild fills: one of this release's fold version that was begun and never live (by an earlier rebuild,
 * or by the first projector of this release), else a new one.
 */
export async function buildToFold(pool: Pool): Promise<{ readonly build: ProjectionBuild; readonly isNew: boolean }> {
  const begun = (await listBuilds(pool, LONG_TERM)).findLast(
    ({ state, foldVersion }) => state === 'building' && foldVersion === LONG_TERM_FOLD_VERSION,
  )
  if (begun !== undefined) return { build: begun, isNew: false }
  return { build: await createBuild(pool, longTermTables(LONG_TERM_FOLD_VERSION)), isNew: true }
}
