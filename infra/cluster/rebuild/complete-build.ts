import { LONG_TERM_FOLD_VERSION } from '../../../domain/long-term/fold.ts'
import { longTermTables } from '../../postgres/long-term/long-term-tables.ts'
import { finishBuild, type ProjectionBuild } from '../../postgres/projection-builds.ts'
import { type FollowDeps, type Followed, followBuild } from './follow-build.ts'

/**
 * Waits until the projectors have folded a build up to the log's end and everything that its readers need is there. What
 * only readers need is made when the bulk is folded, and is followed by what came in meanwhile.
 */
export async function completeBuild(
  deps: FollowDeps,
  build: ProjectionBuild,
  onIndexing: () => void,
): Promise<Followed> {
  const followed = await followBuild(deps, build)
  if (followed.outcome === 'gone' || build.state !== 'building') return followed
  onIndexing()
  await finishBuild(deps.pool, longTermTables(LONG_TERM_FOLD_VERSION), build)
  return followBuild(deps, build)
}
