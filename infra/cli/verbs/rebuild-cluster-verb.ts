import { consumerGroup, longTermName } from '../../cluster/projection-names.ts'
import { buildToFold } from '../../cluster/rebuild/build-to-fold.ts'
import type { ClusterAccess } from '../../cluster/rebuild/cluster-access.ts'
import { completeBuild } from '../../cluster/rebuild/complete-build.ts'
import { removeGroup } from '../../cluster/rebuild/remove-group.ts'
import { switchWhenLevel } from '../../cluster/rebuild/switch-when-level.ts'
import { LONG_TERM } from '../../postgres/long-term/long-term-tables.ts'
import { dropBuild, listBuilds, type ProjectionBuild, type Switched } from '../../postgres/projection-builds.ts'
import { foldView } from '../view/fold-view.ts'
import { paint, type Terminal } from '../view/terminal.ts'
import type { RebuildTask } from './rebuild-line.ts'

export interface RebuildClusterContext {
  readonly out: Terminal
  readonly err: Terminal
  readonly access: ClusterAccess
  readonly pause: (ms: number) => Promise<void>
  readonly elapsedMs: () => number
}

/** Query processes look for a switch every half second, and a read of theirs takes ten seconds at most. */
const LEAVE_OLD_BUILD_MS = 2_000

/**
 * Folds long-term memory anew beside the live build, by the projectors; this only watches, so it may be ended and called
 * again at any time. Exit code 0 when the build is complete and, if asked for, live.
 */
export async function rebuildLongTerm(
  { switches, dropsOld }: Extract<RebuildTask, { kind: 'long-term' }>,
  context: RebuildClusterContext,
): Promise<number> {
  const { out, err, access } = context
  const { build, isNew } = await buildToFold(access.pool)
  out.write(`build ${build.build} (fold version ${build.foldVersion}) ${isNew ? 'is new' : 'was begun before'}\n`)
  err.write('The projectors fold it; this may be ended and called again.\n')
  const view = foldView(err)
  const deps = { ...context, pool: access.pool, heads: access.heads, onLook: view.look, onTrouble: view.trouble }
  const { outcome } = await completeBuild(deps, build, () => view.say('making the indexes that readers need'))
  if (outcome === 'gone') {
    err.write(`build ${build.build} was dropped meanwhile\n`)
    return 1
  }
  out.write(`${paint(out, 'green', 'caught up')}  build ${build.build} has what the log holds\n`)
  if (!switches) {
    out.write(`Readers get it by: npm run somabrain -- rebuild --switch-to ${build.build}\n`)
    return 0
  }
  return switchAndDrop(build, dropsOld, context)
}

async function switchAndDrop(
  { build }: ProjectionBuild,
  dropsOld: boolean,
  context: RebuildClusterContext,
): Promise<number> {
  const switched = await switchWhenLevel(context.access.pool, build, context.pause)
  const code = reportSwitch(context, build, switched)
  return dropsOld && switched.outcome === 'switched' ? dropOldBuild(switched.from, context) : code
}

/** Makes a build live: a newer one, or one that was live before. */
export async function switchTo(build: number, context: RebuildClusterContext): Promise<number> {
  return reportSwitch(context, build, await switchWhenLevel(context.access.pool, build, context.pause))
}

function reportSwitch({ out, err }: RebuildClusterContext, build: number, switched: Switched): number {
  switch (switched.outcome) {
    case 'switched':
      out.write(`${paint(out, 'green', 'switched')}  readers follow build ${build}; build ${switched.from} folds on\n`)
      out.write(`Back: rebuild --switch-to ${switched.from}. For good: rebuild --drop ${switched.from}\n`)
      return 0
    case 'already-live':
      out.write(`build ${build} is live already\n`)
      return 0
    case 'unknown-build':
      err.write(`there is no build ${build}: rebuild --list shows those that are there\n`)
      return 1
    case 'other-version':
      err.write(`build ${build} was never live and is of another release's fold: switch to it with that release\n`)
      return 1
    case 'behind':
      err.write(
        `build ${build} is ${switched.records.toLocaleString('en-US')} records behind the live one; not switched\n`,
      )
      return 1
  }
}

/** Drops a build that is not live, with its rows and its consumer group. */
export async function dropOldBuild(build: number, context: RebuildClusterContext): Promise<number> {
  const { out, err, access } = context
  const builds = await listBuilds(access.pool, LONG_TERM)
  // It may have been switched from just now: until they have seen it, query processes read it.
  if (builds.some((one) => one.build === build && one.state === 'retired')) await context.pause(LEAVE_OLD_BUILD_MS)
  const { outcome } = await dropBuild(access.pool, LONG_TERM, build)
  if (outcome === 'is-live') {
    err.write(`build ${build} is live: switch to another one first\n`)
    return 1
  }
  if (outcome === 'unknown-build') {
    err.write(`there is no build ${build}: rebuild --list shows those that are there\n`)
    return 1
  }
  out.write(`dropped  build ${build}\n`)
  const group = consumerGroup(access.topicPrefix, longTermName(build))
  if (!(await removeGroup(access.kafka, group, context.pause))) {
    err.write(`A projector is still in the consumer group ${group}; it expires by itself when that has left.\n`)
  }
  return 0
}
