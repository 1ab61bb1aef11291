// node test/bench/redis-fold.ts [memories] [namespaces] [batch]: folds a log into working memory in Redis, against the sum of its
// parts alone: decoding, opening, encoding, folding and sealing in memory, and bare pipelined writes of the same bytes.
import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { WORKING_MEMORY_VERSION } from '../../domain/working-memory/working-memory.ts'
import { sealFactor } from '../../infra/redis/factor-seal.ts'
import { encodeState } from '../../infra/redis/namespace-bytes.ts'
import { createRedisClient, redisReady } from '../../infra/redis/redis-client.ts'
import { createRedisWorkingMemoryStore } from '../../infra/redis/redis-working-memory-store.ts'
import { type HashChange, sumsChange } from '../../infra/redis/sums-change.ts'
import { transact } from '../../infra/redis/transaction.ts'
import { workingMemoryKeys } from '../../infra/redis/working-memory-keys.ts'
import type {
  MoveRequest,
  WorkingMemoryMove,
  WorkingMemoryStore,
} from '../../projections/ports/working-memory-store.ts'
import { createWorkingMemoryProjection } from '../../projections/working-memory/working-memory-projection.ts'
import { createCommandCodec } from '../../schemas/command-codec.ts'
import { realParts } from '../support/real-parts.ts'
import { round } from './http-measure.ts'
import { benchRecords } from './redis-fold-records.ts'
import { BENCH_PARTITION } from './store-rows.ts'

const TOTAL = Number(process.argv[2] ?? 20_000)
const NAMESPACES = Number(process.argv[3] ?? 8)
const BATCH = Number(process.argv[4] ?? 250)
const ROUNDS = 3

/** Keeps nothing but the checkpoint and what would be written, sealed as it would be. */
class PureStore implements WorkingMemoryStore {
  readonly requests: MoveRequest[] = []
  readonly writes: (readonly RawWrite[])[] = []

  load: WorkingMemoryStore['load'] = async (_, scopes) => {
    const to = this.requests.at(-1)?.to
    const none = { foldVersion: WORKING_MEMORY_VERSION, generation: '', offset: -1, lastCommandId: null, knownTime: 0 }
    return { checkpoint: to ?? none, revision: String(this.requests.length), namespaces: scopes.map(() => null) }
  }

  async move(_: number, request: MoveRequest): Promise<WorkingMemoryMove> {
    this.requests.push(request)
    this.writes.push(rawWrites(request))
    return { outcome: 'moved', revision: String(this.requests.length) }
  }

  async halt(): Promise<void> {
    throw new Error('No key is missing here')
  }
}

const bench = benchRecords(TOTAL, NAMESPACES)
const redis = createRedisClient(realParts.redis, {
  name: 'bench',
  onConnectionError: (error) => console.error(error.message),
  commandTimeoutMs: 30_000,
})
await redisReady(redis, AbortSignal.timeout(5_000))
try {
  const pureMs: number[] = []
  const rawMs: number[] = []
  const foldMs: number[] = []
  let bytes = 0
  let script = 0
  // In turns, so that whatever else the machine does falls on all three; the best of each counts.
  for (let turn = 0; turn < ROUNDS; turn++) {
    const pure = new PureStore()
    pureMs.push(await timeFold(pure))
    const batches = pure.writes
    bytes = batches.flat().reduce((sum, one) => sum + bytesOf(one), 0)
    rawMs.push(await timeRaw(redis, batches))
    const before = await scriptTime(redis)
    const keyPrefix = prefix()
    foldMs.push(await timeFold(createRedisWorkingMemoryStore({ redis, keyring: bench.keys, keyPrefix })))
    const after = await scriptTime(redis)
    script = (after.us - before.us) / (after.calls - before.calls)
    await removeAll(redis, keyPrefix)
  }
  const [pure, raw, fold] = [pureMs, rawMs, foldMs].map((all) => Math.min(...all)) as [number, number, number]
  const perSecond = (ms: number): number => Math.round((TOTAL * 1_000) / ms)
  console.log(
    JSON.stringify({
      memories: TOTAL,
      namespaces: NAMESPACES,
      batch: BATCH,
      foldPerSecond: perSecond(fold),
      pureFoldPerSecond: perSecond(pure),
      rawWritesPerSecond: perSecond(raw),
      ofSumOfParts: round((pure + raw) / fold),
      bytesWrittenAMemory: Math.round(bytes / TOTAL),
      microsecondsAScript: Math.round(script),
    }),
  )
} finally {
  redis.disconnect()
}

function prefix(): string {
  return `bench-${randomUUID()}:`
}

/** One fold after the other, each as soon as long-term memory has passed its batch. */
async function timeFold(store: WorkingMemoryStore): Promise<number> {
  const options = { pause: async () => {}, polls: 1, maxNew: NAMESPACES, maxRecords: BATCH }
  const projection = createWorkingMemoryProjection(store, bench.feed, createCommandCodec(), options)
  let { checkpoint } = await store.load(BENCH_PARTITION, [])
  const begin = performance.now()
  while (checkpoint.offset < TOTAL - 1) {
    const from = checkpoint.offset + 1
    bench.longTerm.offset = Math.min(from + BATCH, TOTAL) - 1
    const result = await projection.fold(BENCH_PARTITION, checkpoint, bench.records.slice(from, from + BATCH))
    if (result.outcome !== 'moved') throw new Error(`A fold came to ${result.outcome}`)
    checkpoint = result.checkpoint
  }
  return performance.now() - begin
}

interface RawWrite {
  readonly key: string
  readonly state: Buffer
  readonly sums: HashChange
}

/** What a move writes. */
function rawWrites({ changes }: MoveRequest): readonly RawWrite[] {
  const keys = workingMemoryKeys('', WORKING_MEMORY_VERSION, BENCH_PARTITION)
  const names = { incarnation: 'a1'.repeat(8), move: 'b2'.repeat(8) }
  return changes.map((change) => ({
    key: keys.state(change.scope),
    state: encodeState({ ...names, state: change.after }),
    sums: sumsChange(keys.sums(change.scope), change, (scope, factor) =>
      sealFactor(bench.keys.key(factor.keyId), scope, factor),
    ),
  }))
}

function bytesOf({ state, sums }: RawWrite): number {
  return sums.set.reduce((sum, one) => sum + one.length, state.length)
}

async function timeRaw(client: Redis, batches: readonly (readonly RawWrite[])[]): Promise<number> {
  const keyPrefix = prefix()
  const begin = performance.now()
  for (const changes of batches) {
    const queued = client.pipeline()
    for (const { key: stateKey, state, sums } of changes) {
      const { key, removed, set } = sums
      queued.set(keyPrefix + stateKey, state)
      if (removed.length > 0) queued.hdel(keyPrefix + key, ...removed)
      if (set.length > 0) queued.hset(keyPrefix + key, ...set)
    }
    await transact(queued)
  }
  const ms = performance.now() - begin
  await removeAll(client, keyPrefix)
  return ms
}

async function removeAll(client: Redis, keyPrefix: string): Promise<void> {
  for await (const keys of client.scanStream({ match: `${keyPrefix}*`, count: 1_000 })) {
    if (keys.length > 0) await client.del(...(keys as string[]))
  }
}

/** Microseconds that Redis spent in scripts so far. */
async function scriptTime(client: Redis): Promise<{ readonly calls: number; readonly us: number }> {
  const stats = await client.info('commandstats')
  const of = (command: string) =>
    /calls=(\d+),usec=(\d+)/.exec(new RegExp(`cmdstat_${command}:.*`).exec(stats)?.[0] ?? '')
  const [evalsha, once] = [of('evalsha'), of('eval')]
  const sum = (index: number): number => Number(evalsha?.[index] ?? 0) + Number(once?.[index] ?? 0)
  return { calls: sum(1), us: sum(2) }
}
