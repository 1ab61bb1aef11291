import type { Pool } from 'pg'
import { PARTITIONS } from '../../../domain/partition.ts'
import type { ProjectionBuild } from '../../postgres/projection-builds.ts'
import { readBuildOffsets } from './build-offsets.ts'
import { records } from './follow-build.ts'

/**
 * How much of the log each build has that is not live yet, by number: 0 to 1, over all partitions, whoever folds them.
 * `head`: last offset of a partition of the log.
 */
export async function rebuildProgress(
  pool: Pool,
  builds: readonly ProjectionBuild[],
  head: (partition: number) => number,
): Promise<ReadonlyMap<number, number>> {
  const progress = new Map<number, number>()
  for (const build of builds) {
    if (build.state !== 'building') continue
    const offsets = await readBuildOffsets(pool, build)
    if (offsets === null) continue
    const total = records(Array.from({ length: PARTITIONS }, (_, partition) => head(partition)))
    // A head that was asked for earlier than the offsets may be passed.
    progress.set(build.build, total === 0 ? 1 : Math.min(1, records(offsets) / total))
  }
  return progress
}
