import { setTimeout as pause } from 'node:timers/promises'
import { PARTITIONS } from '../../../../domain/partition.ts'
import { longTermFeed } from '../../../../infra/cluster/long-term-feed.ts'
import { PostgresLongTermStore } from '../../../../infra/postgres/postgres-long-term-store.ts'
import { createPostgresPool, FOLD_SETTINGS } from '../../../../infra/postgres/postgres-pool.ts'
import { createRedisClient, redisReady } from '../../../../infra/redis/redis-client.ts'
import { createRedisWorkingMemoryStore } from '../../../../infra/redis/redis-working-memory-store.ts'
import { createLongTermProjection } from '../../../../projections/long-term/long-term-projection.ts'
import type { Projection } from '../../../../projections/projection.ts'
import { createWorkingMemoryProjection } from '../../../../projections/working-memory/working-memory-projection.ts'
import type { Chaos, Fault } from '../chaos.ts'

const ROUNDS = 40
const BATCH = { records: 200, bytes: 1 << 20 }
const CONNECT_MS = 10_000

/**
 * A fold outside of the groups delivers what the projectors are delivered too, each batch twice over: once from the
 * checkpoint as it is, and at once again from the same checkpoint, as a broker delivers again what was not committed.
 */
export const deliverTwice: Fault = {
  name: 'whole batches are delivered twice, by a fold outside of the groups',
  async inject(chaos) {
    const { parts, cluster } = { parts: chaos.observer.parts, cluster: chaos.cluster }
    const dsn = cluster.parts.postgres.url
    const pool = createPostgresPool({ dsn, applicationName: 'rival', max: 4, settings: FOLD_SETTINGS })
    const redis = createRedisClient(cluster.parts.redis.url, { name: 'rival', onConnectionError: () => {} })
    try {
      await redisReady(redis, AbortSignal.timeout(CONNECT_MS))
      const store = new PostgresLongTermStore(pool, parts.liveBuild.current)
      const workingMemory = createRedisWorkingMemoryStore({ redis, keyring: parts.keyring })
      const figures = { moved: 0, passedOver: 0 }
      await Promise.all([
        rival(chaos, createLongTermProjection(store, parts.codec), figures),
        rival(
          chaos,
          createWorkingMemoryProjection(workingMemory, longTermFeed(parts), parts.codec, { pause: (ms) => pause(ms) }),
          figures,
        ),
      ])
      const { moved, passedOver } = figures
      chaos.report.figure('batches delivered twice', `${moved} folded by the rival, ${passedOver} found folded`)
    } finally {
      redis.disconnect()
      await pool.end()
    }
  },
}

async function rival(
  { observer, report }: Chaos,
  projection: Projection,
  figures: { moved: number; passedOver: number },
): Promise<void> {
  const { logReader } = observer.parts
  for (let round = 0; round < ROUNDS; round++) {
    const partition = round % PARTITIONS
    const from = await projection.checkpoint(partition)
    // Also what is folded already, as after a rewind.
    const records = await logReader.read(partition, from.offset + 1, BATCH)
    if (records.length === 0) continue
    const first = await projection.fold(partition, from, records)
    const second = await projection.fold(partition, from, records)
    const moved = [first, second].filter(({ outcome }) => outcome === 'moved').length
    figures.moved += moved
    figures.passedOver += 2 - moved
    if (moved === 2) {
      report.violated(`${projection.name} took a batch of partition ${partition} twice from offset ${from.offset}`)
    }
  }
}
