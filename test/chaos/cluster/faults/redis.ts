import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { Fault } from '../chaos.ts'
import { expectOfReads, isDegradedBy, recallOf } from '../expectations.ts'
import { namespaces } from '../workload.ts'

const DOWN_MS = 3_000

/** SIGKILL of Redis, and its start over what it had written to disk. */
export const killRedis: Fault = {
  name: 'SIGKILL of Redis',
  async inject(chaos) {
    const { redis } = chaos.cluster.parts
    await redis.kill()
    await expectOfReads(chaos, 'redis', [
      {
        what: 'recall answers without working memory',
        path: '/recall',
        body: recallOf(namespaces[2]!, { explain: true }),
        holds: isDegradedBy('redis'),
      },
    ])
    await pause(DOWN_MS)
    await redis.restart()
  },
}

/** FLUSHALL: everything that working memory knew is gone, its checkpoints too. */
export const flushRedis: Fault = {
  name: 'FLUSHALL of Redis',
  async inject({ cluster }) {
    const client = new Redis(cluster.parts.redis.url)
    try {
      await client.flushall()
    } finally {
      client.disconnect()
    }
  },
}
