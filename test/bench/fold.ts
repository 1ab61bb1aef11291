// node test/bench/fold.ts [memories]: the projector folds a log into state.db, against the sum of its parts alone: reading
// the log, decoding and folding in memory, and bare inserts of the same rows. Also reports how fast sealing is.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { genesisRecord } from '../../commands/genesis-record.ts'
import type { Checkpoint } from '../../domain/checkpoint.ts'
import type { LongTermChanges, LongTermNeeds, LongTermState } from '../../domain/long-term/changes.ts'
import { LONG_TERM_FOLD_VERSION } from '../../domain/long-term/fold.ts'
import { partitionKey } from '../../domain/partition.ts'
import { createDataKey } from '../../infra/crypto/data-key.ts'
import { prepareState, removeState } from '../../infra/sqlite/long-term/prepare-state.ts'
import { openSqliteLongTermStore } from '../../infra/sqlite/long-term/sqlite-long-term-store.ts'
import { openEmbeddedStores } from '../../infra/sqlite/open-embedded-stores.ts'
import { createLongTermProjection } from '../../projections/long-term/long-term-projection.ts'
import type { LongTermStore } from '../../projections/ports/long-term-store.ts'
import { Projector } from '../../projections/projector.ts'
import { createCommandCodec } from '../../schemas/command-codec.ts'
import { encodeSecret } from '../../schemas/secret-codec.ts'
import { round } from './http-measure.ts'
import { sentences } from './http-texts.ts'
import { type RawBatch, rawBatch, rawInserts } from './store-raw.ts'
import { BENCH_PARTITION, BENCH_SCOPE, benchUuid } from './store-rows.ts'

const TOTAL = Number(process.argv[2] ?? 50_000)
const BATCH = { records: 1000, bytes: 4 << 20 }
/** Keeps nothing but the rows that would be written: over it, reading, decoding and folding are timed alone. */
class PureStore implements LongTermStore {
  readonly #changes: LongTermChanges[] = []
  #checkpoint: Checkpoint = {
    foldVersion: LONG_TERM_FOLD_VERSION,
    generation: '',
    offset: -1,
    lastCommandId: null,
    knownTime: 0,
  }
  #namespaces: LongTermState['namespaces'] = []

  async checkpoint(): Promise<Checkpoint> {
    return this.#checkpoint
  }

  async load(_: LongTermNeeds): Promise<LongTermState> {
    return { outcomes: [], memories: [], links: [], namespaces: this.#namespaces }
  }

  async move(_: number, __: Checkpoint, to: Checkpoint, changes: LongTermChanges) {
    this.#checkpoint = to
    this.#namespaces = changes.namespaces
    this.#changes.push(changes)
    return { outcome: 'moved' } as const
  }

  batches(): readonly RawBatch[] {
    return this.#changes.map(({ memories, outcomes }) => rawBatch(memories, outcomes))
  }
}

const folder = mkdtempSync(join(tmpdir(), 'somabrain-bench-'))
const codec = createCommandCodec()

const stores = await openEmbeddedStores({
  path: folder,
  makeGenesis: (partition, generation) => genesisRecord(createCommandCodec(), partition, generation, 0),
  foldVersion: LONG_TERM_FOLD_VERSION,
})
try {
  const sealedPerSecond = await appendAll()
  const inMemory = new PureStore()
  const pureMs = await timeFold(inMemory)
  const rawMs = rawWrites(inMemory.batches())
  prepareState(stores.files.state, LONG_TERM_FOLD_VERSION)
  const store = openSqliteLongTermStore(stores.files.state)
  const foldMs = await timeFold(store)
  store.close()
  const perSecond = (ms: number): number => Math.round((TOTAL * 1000) / ms)
  console.log(
    JSON.stringify({
      memories: TOTAL,
      foldPerSecond: perSecond(foldMs),
      readDecodeAndPureFoldPerSecond: perSecond(pureMs),
      rawInsertsPerSecond: perSecond(rawMs),
      ofSumOfParts: round((pureMs + rawMs) / foldMs),
      sealedPerSecond,
    }),
  )
} finally {
  await stores.close()
  rmSync(folder, { recursive: true })
}

async function appendAll(): Promise<number> {
  const key = createDataKey(randomBytes(16).toString('hex'), randomBytes(32))
  const mac = randomBytes(32)
  let sealMs = 0
  const texts = [...sentences(TOTAL)]
  for (let at = 0; at < TOTAL; at += 1000) {
    const begin = performance.now()
    const records = texts.slice(at, at + 1000).map(({ content, author, runId }, i) => {
      const n = at + i
      const [commandId, memoryId] = [benchUuid('command', n), benchUuid('memory', n)]
      const context = { ...BENCH_SCOPE, keyId: key.keyId, commandId, memoryId, type: 'Remember' as const }
      const secret = { content, metadata: {}, tags: [], author, runId, userId: null, agentId: null, subject: null }
      const value = codec.encode({
        type: 'Remember',
        commandId,
        memoryId,
        recordedAt: 1_700_000_000_000 + n,
        principal: 'bench',
        keyId: key.keyId,
        requestHmac: mac,
        kind: 'episodic',
        occurredAt: 1_700_000_000_000 + n,
        importance: 500,
        ttlSeconds: null,
        supersedes: null,
        links: [],
        contentHmac: mac,
        contentLength: content.length,
        sealed: key.seal(context, encodeSecret(secret)),
      })
      return { partition: BENCH_PARTITION, key: partitionKey(BENCH_SCOPE), value, headers: {}, timestamp: n }
    })
    sealMs += performance.now() - begin
    await stores.logWriter.append(records)
  }
  return Math.round((TOTAL * 1000) / sealMs)
}

async function timeFold(store: LongTermStore): Promise<number> {
  const events = { moved() {}, deadLetters() {}, waiting() {}, stopped() {} }
  const options = { batch: BATCH, retryDelayMs: 100, pause: async () => {} }
  const projector = new Projector(createLongTermProjection(store, codec), stores.logReader, events, options)
  await projector.take(BENCH_PARTITION)
  const begin = performance.now()
  await projector.catchUp(BENCH_PARTITION)
  return performance.now() - begin
}

function rawWrites(batches: readonly RawBatch[]): number {
  removeState(stores.files.state)
  prepareState(stores.files.state, LONG_TERM_FOLD_VERSION)
  const ms = rawInserts(stores.files.state, batches)
  removeState(stores.files.state)
  return ms
}
