import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import type { Role } from '../../infra/config/configuration.ts'
import { createDatabase } from '../infra/postgres/temporary-database.ts'
import { eventually } from './eventually.ts'
import { quietKafka } from './quiet-kafka.ts'
import { realParts } from './real-parts.ts'
import { type ServerProcess, startServerProcess } from './server-process.ts'

/** Above the session of a consumer, and what a group takes to see that it ended. */
const SESSION_ENDS_MS = 30_000

/** A system of its own on the shared parts: topics, subjects, groups and keys under a prefix, and a database. */
export interface TestCluster {
  /** Before the names of everything that is its own. */
  readonly prefix: string
  readonly environment: Readonly<Record<string, string>>
  /** Starts one process of it; resolves when it is up. */
  start(role: Role, environment?: Readonly<Record<string, string>>): Promise<ServerProcess>
  /** Stops what runs, and removes everything that it left. */
  remove(): Promise<void>
}

export async function testCluster(dataDir: string): Promise<TestCluster> {
  const prefix = `test-${randomBytes(6).toString('hex')}.`
  const database = await createDatabase()
  const environment = {
    SOMABRAIN_KAFKA_URL: realParts.kafka,
    SOMABRAIN_SCHEMA_REGISTRY_URL: realParts.registry,
    SOMABRAIN_POSTGRES_DSN: database.dsn,
    SOMABRAIN_REDIS_URL: realParts.redis,
    SOMABRAIN_KAFKA_TOPIC_PREFIX: prefix,
    SOMABRAIN_MASTER_KEY: randomBytes(32).toString('base64'),
  }
  const started = new Set<Promise<ServerProcess>>()
  return {
    prefix,
    environment,
    start(role, more = {}) {
      const starting = startServerProcess(dataDir, { ...environment, SOMABRAIN_ROLE: role, ...more })
      started.add(starting)
      return starting
    },
    async remove() {
      // Also what was still starting when a test failed; it ends by itself when it does not come up.
      const running = await Promise.allSettled(started)
      await Promise.all(running.map((one) => (one.status === 'fulfilled' ? one.value.stop() : null)))
      await Promise.all([removeTopics(prefix), removeSubjects(prefix), removeKeys(prefix), database.drop()])
    },
  }
}

async function removeTopics(prefix: string): Promise<void> {
  const brokers = [new URL(realParts.kafka).host]
  const admin = quietKafka(brokers).admin()
  await admin.connect()
  try {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix))
    if (topics.length > 0) await admin.deleteTopics({ topics })
    // A member that did not leave is in its group until its session ends; what a try has deleted the next one must not name.
    await eventually(async () => {
      const { groups } = await admin.listGroups()
      const own = groups.map(({ groupId }) => groupId).filter((id) => id.startsWith(prefix))
      if (own.length > 0) await admin.deleteGroups(own)
    }, SESSION_ENDS_MS)
  } finally {
    await admin.disconnect()
  }
}

async function removeSubjects(prefix: string): Promise<void> {
  const subjects = (await (await fetch(`${realParts.registry}/subjects`)).json()) as string[]
  for (const subject of subjects.filter((name) => name.startsWith(prefix))) {
    await fetch(`${realParts.registry}/subjects/${encodeURIComponent(subject)}`, { method: 'DELETE' })
  }
}

async function removeKeys(prefix: string): Promise<void> {
  const redis = new Redis(realParts.redis)
  try {
    for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1000 })) {
      if (keys.length > 0) await redis.del(...keys)
    }
  } finally {
    redis.disconnect()
  }
}
