import type { Pool } from 'pg'
import type { ErasureWitness } from '../../commands/ports/erasure-witness.ts'
import type { Checkpoint } from '../../domain/checkpoint.ts'
import type { ErasureRow } from '../../domain/erasure/erasure.ts'
import { LONG_TERM_FOLD_VERSION } from '../../domain/long-term/fold.ts'
import { VIEWS_PASS_WITHIN_MS } from '../erasure/view-passage.ts'
import { LONG_TERM } from '../postgres/long-term/long-term-tables.ts'
import { listBuilds } from '../postgres/projection-builds.ts'
import { readBuildOffsets } from './rebuild/build-offsets.ts'

export interface ClusterWitnessDeps {
  readonly pool: Pool
  readonly workingMemory: { checkpoint(partition: number): Promise<Pick<Checkpoint, 'offset'>> }
  /** Brings the views of this process behind the erasures. */
  readonly passErasures: (rows: readonly ErasureRow[]) => Promise<void>
  /** Milliseconds, of a clock that only goes forward. */
  readonly monotonic?: () => number
  readonly viewsPassWithinMs?: number
}

/**
 * Who has not passed an erasure: builds of long-term memory that this release folds (one of another version is frozen, and
 * sealed under destroyed keys), working memory, and views of other processes. Those are not asked, they keep a bound: every
 * process passes what is folded and marked within half a minute, so that is waited out from when it was seen to be.
 */
export function clusterErasureWitness(deps: ClusterWitnessDeps): ErasureWitness {
  const { monotonic = () => performance.now(), viewsPassWithinMs = VIEWS_PASS_WITHIN_MS } = deps
  const foldedSince = new Map<string, number>()
  return {
    async waitingFor(rows) {
      const folds = [...(await buildsBehind(deps.pool, rows)), ...(await workingMemoryBehind(deps, rows))]
      if (folds.length > 0) return folds
      await deps.passErasures(rows)
      const { receiptId } = rows[0]!
      const since = foldedSince.get(receiptId) ?? monotonic()
      foldedSince.set(receiptId, since)
      if (monotonic() - since < viewsPassWithinMs) return ['views of other processes']
      foldedSince.delete(receiptId)
      return []
    },
  }
}

async function buildsBehind(pool: Pool, rows: readonly ErasureRow[]): Promise<readonly string[]> {
  const behind: string[] = []
  for (const build of await listBuilds(pool, LONG_TERM)) {
    if (build.foldVersion !== LONG_TERM_FOLD_VERSION) continue
    // A build that was dropped meanwhile has none.
    const offsets = await readBuildOffsets(pool, build)
    const passed = offsets === null || rows.every(({ partition, offset }) => offsets[partition]! >= offset)
    if (!passed) behind.push(`build ${build.build} of long-term memory`)
  }
  return behind
}

async function workingMemoryBehind(
  { workingMemory }: ClusterWitnessDeps,
  rows: readonly ErasureRow[],
): Promise<readonly string[]> {
  for (const { partition, offset } of rows) {
    if ((await workingMemory.checkpoint(partition)).offset < offset) return ['working memory']
  }
  return []
}
