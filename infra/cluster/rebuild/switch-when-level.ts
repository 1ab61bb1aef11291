import type { Pool } from 'pg'
import { LONG_TERM_FOLD_VERSION } from '../../../domain/long-term/fold.ts'
import { longTermTables } from '../../postgres/long-term/long-term-tables.ts'
import { type Switched, switchBuild } from '../../postgres/projection-builds.ts'

/**
 * Under steady writes two folds are rarely level in all partitions at the same instant. After so many tries a build is let
 * through that is so little behind that a view which has seen more waits a moment for it, and no read fails.
 */
const LEVEL_TRIES = 40
const NEARLY_LEVEL_RECORDS = 500
const TRIES = 80
const TRY_EVERY_MS = 50

/** Makes a build live as soon as it has what the live one has. `behind` when it is not nearly so within some seconds. */
export async function switchWhenLevel(
  pool: Pool,
  build: number,
  pause: (ms: number) => Promise<void>,
): Promise<Switched> {
  const tables = longTermTables(LONG_TERM_FOLD_VERSION)
  for (let attempt = 1; ; attempt += 1) {
    const result = await switchBuild(pool, tables, build, attempt <= LEVEL_TRIES ? 0 : NEARLY_LEVEL_RECORDS)
    if (result.outcome !== 'behind' || attempt === TRIES) return result
    await pause(TRY_EVERY_MS)
  }
}
