import { Redis } from 'ioredis'
import { Client, escapeIdentifier } from 'pg'
import { createKafkaLogReader } from '../../infra/kafka/kafka-log-reader.ts'
import { realKafka } from '../infra/kafka/kafka-settings.ts'
import type { TestCluster } from './cluster.ts'
import { quietKafka } from './quiet-kafka.ts'
import { realParts } from './real-parts.ts'

/** A piece of what a cluster has stored, with the place that it is in. Bytes are one character each; those of a row are hex. */
export interface StoredPiece {
  readonly part: 'kafka' | 'postgres' | 'redis'
  readonly place: string
  readonly text: string
}

/** Whether a piece holds a text, which a row may have as the hex of its bytes. */
export const holds = ({ text }: StoredPiece, needle: string): boolean =>
  text.includes(needle) || text.includes(Buffer.from(needle).toString('hex'))

/** Everything that a cluster has stored in its parts: every topic, every table of every schema, every key. */
export async function* storedInCluster(cluster: TestCluster): AsyncGenerator<StoredPiece> {
  yield* inTopics(cluster.prefix)
  yield* inTables(cluster.environment.SOMABRAIN_POSTGRES_DSN!)
  yield* inRedis(cluster.prefix)
}

async function* inTopics(prefix: string): AsyncGenerator<StoredPiece> {
  const admin = quietKafka([new URL(realParts.kafka).host]).admin()
  await admin.connect()
  try {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix))
    for (const { name, partitions } of (await admin.fetchTopicMetadata({ topics })).topics) {
      for (const { partitionId } of partitions) yield* inPartition(name, partitionId)
    }
  } finally {
    await admin.disconnect()
  }
}

async function* inPartition(topic: string, partition: number): AsyncGenerator<StoredPiece> {
  const reader = createKafkaLogReader(realKafka(), { topic })
  try {
    const end = await reader.end(partition)
    for (let next = await reader.start(partition); next < end; ) {
      const records = await reader.read(partition, next, { records: 10_000, bytes: 1 << 24 })
      if (records.length === 0) return
      for (const { key, value, headers } of records) {
        const text = [latin1(key), latin1(value), JSON.stringify(headers)].join('\n')
        yield { part: 'kafka', place: topic, text }
      }
      next = records.at(-1)!.offset + 1
    }
  } finally {
    await reader.close()
  }
}

async function* inTables(dsn: string): AsyncGenerator<StoredPiece> {
  const client = new Client(dsn)
  await client.connect()
  try {
    const { rows: tables } = await client.query(
      `select table_schema as schema, table_name as name from information_schema.tables
        where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    )
    for (const { schema, name } of tables) {
      const table = `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`
      const { rows } = await client.query(`select stored::text as text from ${table} as stored`)
      for (const { text } of rows) yield { part: 'postgres', place: table, text }
    }
  } finally {
    await client.end()
  }
}

async function* inRedis(prefix: string): AsyncGenerator<StoredPiece> {
  const redis = new Redis(realParts.redis)
  try {
    for await (const keys of redis.scanStream({ match: `*${prefix}*`, count: 1000 })) {
      for (const key of keys as string[]) {
        const parts = await redisValue(redis, key)
        yield { part: 'redis', place: key, text: [key, ...parts.map(latin1)].join('\n') }
      }
    }
  } finally {
    redis.disconnect()
  }
}

/** As its type is read: what `DUMP` gives is compressed, and so hides what is in it. */
async function redisValue(redis: Redis, key: string): Promise<readonly Buffer[]> {
  const type = await redis.type(key)
  if (type === 'string') return [(await redis.getBuffer(key)) ?? Buffer.alloc(0)]
  if (type === 'hash') return Object.entries(await redis.hgetallBuffer(key)).flatMap(([k, v]) => [Buffer.from(k), v])
  if (type === 'list') return redis.lrangeBuffer(key, 0, -1)
  if (type === 'set') return redis.smembersBuffer(key)
  if (type === 'zset') return redis.zrangeBuffer(key, '0', '-1')
  // It expired meanwhile.
  if (type === 'none') return []
  throw new Error(`${key} is a ${type}, which is not searched`)
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
