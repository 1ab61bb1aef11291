import { setTimeout as pause } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { ClusterParts } from '../../cluster/cluster-parts.ts'
import { openClusterAccess } from '../../cluster/rebuild/cluster-access.ts'
import { openClusterParts } from '../../cluster/rebuild/open-cluster-parts.ts'
import { operatorRedis } from '../../cluster/rebuild/operator-redis.ts'
import { projectionPositions } from '../../cluster/rebuild/projection-positions.ts'
import type { ClusterConfiguration } from '../../config/cluster-configuration.ts'
import type { Configuration } from '../../config/configuration.ts'
import type { VerbContext } from '../verb-context.ts'
import { positionsView } from '../view/positions-view.ts'
import { acceptLog } from './accept-log-verb.ts'
import { dropWorkingMemoryVerb } from './drop-working-memory-verb.ts'
import { namingPart } from './naming-part.ts'
import { dropOldBuild, rebuildLongTerm, switchTo } from './rebuild-cluster-verb.ts'
import type { RebuildTask } from './rebuild-line.ts'
import { rebuildWorkingMemoryVerb } from './rebuild-working-memory-verb.ts'

type Context = Pick<VerbContext, 'out' | 'err' | 'elapsedMs'>

/** A rebuild in a cluster: connects to what its task needs, and closes it whatever happens. */
export const rebuildInCluster = (
  task: RebuildTask,
  configuration: Configuration,
  cluster: ClusterConfiguration,
  context: Context,
): Promise<number> => namingPart(() => rebuild(task, configuration, cluster, context))

async function rebuild(
  task: RebuildTask,
  configuration: Configuration,
  cluster: ClusterConfiguration,
  context: Context,
): Promise<number> {
  if (task.kind === 'everything') {
    context.err.write('In a cluster one projection is rebuilt: --projection long-term or working-memory; or --list\n')
    return 2
  }
  if (task.kind === 'working-memory') {
    return withParts(configuration, cluster, (parts, redis) =>
      rebuildWorkingMemoryVerb({ ...context, parts, redis, keyPrefix: cluster.topicPrefix, pause: (ms) => pause(ms) }),
    )
  }
  const access = openClusterAccess(cluster)
  try {
    const within = {
      out: context.out,
      err: context.err,
      elapsedMs: context.elapsedMs,
      access,
      pause: (ms: number) => pause(ms),
    }
    switch (task.kind) {
      case 'long-term':
        return await rebuildLongTerm(task, within)
      case 'accept-log':
        return await withParts(configuration, cluster, (parts, redis) =>
          acceptLog(task, { ...within, parts, redis, clock: Date.now }),
        )
      case 'switch-to':
        return await switchTo(task.build, within)
      case 'drop':
        return await dropOldBuild(task.build, within)
      case 'drop-working-memory':
        return await withRedis(cluster, (redis) => dropWorkingMemoryVerb(task.version, { ...within, ...access, redis }))
      case 'list':
        return await withRedis(cluster, async (redis) => {
          context.out.write(positionsView(await projectionPositions(access, redis)))
          return 0
        })
    }
  } finally {
    await access.close()
  }
}

async function withRedis({ redisUrl }: ClusterConfiguration, work: (redis: Redis) => Promise<number>): Promise<number> {
  const redis = await operatorRedis(redisUrl)
  try {
    return await work(redis)
  } finally {
    redis.disconnect()
  }
}

/** For what opens contents: with the keys, and Redis. */
const withParts = (
  configuration: Configuration,
  cluster: ClusterConfiguration,
  work: (parts: ClusterParts, redis: Redis) => Promise<number>,
): Promise<number> =>
  withRedis(cluster, async (redis) => {
    const parts = await openClusterParts(configuration, cluster)
    try {
      return await work(parts, redis)
    } finally {
      await parts.shutdown.run()
    }
  })
