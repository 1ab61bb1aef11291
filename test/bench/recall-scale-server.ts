import { decodePosition } from '../../domain/position.ts'
import { createKeyring } from '../../infra/crypto/keyring.ts'
import { loadMasterKey } from '../../infra/crypto/master-key.ts'
import { createRowOpener } from '../../infra/crypto/row-opener.ts'
import { createViewLoader } from '../../infra/embedded/view-loader.ts'
import { loopbackAuthenticator } from '../../infra/http/auth/loopback.ts'
import { openReadOnlyKeyStore } from '../../infra/sqlite/keys/read-only-key-store.ts'
import { openSqliteLongTermReader } from '../../infra/sqlite/long-term/sqlite-long-term-reader.ts'
import { createViewThreads } from '../../infra/views/view-threads.ts'
import { createQueryApi } from '../../query-api/create-query-api.ts'
import type { Progress } from '../../query-api/ports/progress.ts'
import { noViewMetrics } from '../../query-api/ports/view-metrics.ts'
import { defaultQueryLimits } from '../../query-api/query-limits.ts'
import { benchServer } from './bench-door.ts'
import { directionOf, GENERATION, MASTER_KEY, MODEL, type ScaleStore } from './recall-scale-store.ts'
import { BENCH_SCOPE } from './store-rows.ts'

export interface ScaleServer {
  readonly url: string
  /** Offsets of the ten best. */
  ask(query: string): Promise<readonly number[]>
  bytes(): number
  /** Whether the view lives on a thread of its own. */
  hosted(): boolean
  close(): Promise<void>
}

const identity = {
  tenant: 'bench',
  principal: 'bench',
  roles: ['reader'],
  namespaces: null,
  credential: 'bench',
} as const
const BUDGET_BYTES = 4 * 1024 ** 3

const fail = (fault: unknown): never => {
  throw fault
}

/** The query side over HTTP, made of the parts that a server has, over a store's files. */
export async function startScaleServer(dataDir: string, store: ScaleStore, vectors: boolean): Promise<ScaleServer> {
  const progress: Progress = {
    generationOf: () => GENERATION,
    head: () => store.head,
    folded: () => store.head,
    waitForFold: async () => true,
    latestHead: async () => store.head,
    logAnswers: () => true,
  }
  const vectorModel = vectors ? MODEL : null
  const keyStore = openReadOnlyKeyStore(store.keys)
  const reader = openSqliteLongTermReader(store.state)
  const opening = { dataDir, masterKey: MASTER_KEY, vectorModel }
  const limits = { ...defaultQueryLimits, viewBudgetBytes: BUDGET_BYTES }
  const viewLoader = createViewLoader({ ...opening, keys: store.keys, state: store.state })
  const viewHost = createViewThreads(
    { ...opening, limits, rows: { kind: 'sqlite', state: store.state, keys: store.keys } },
    { progress, key: keyStore.key, metrics: noViewMetrics, onFault: fail },
  )
  let asked = 0
  const query = createQueryApi({
    reader,
    progress,
    opener: createRowOpener(createKeyring(keyStore, loadMasterKey(dataDir, MASTER_KEY)), vectorModel),
    workingMemory: { state: async () => null, report: async () => null },
    ...(vectors ? { embedder: { model: MODEL, embedQuery: async () => directionOf(asked++) } } : {}),
    clock: Date.now,
    defaultAfter: 'none',
    limits,
    viewLoader,
    viewHost,
    onFault: fail,
  })
  const app = benchServer({
    commands: null,
    query,
    authenticator: {
      authenticate: (headers, address) => ({ ...loopbackAuthenticator.authenticate(headers, address), ...identity }),
    },
    health: async () => fail(new Error('nobody asks')),
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url,
    async ask(text) {
      const asOf = { valid: null, known: null }
      const rest = { filter: null, asOf, after: null, minScore: null, explain: false, allowStale: false, include: null }
      const { results } = await query.recall(identity, {
        namespace: BENCH_SCOPE.namespace,
        query: text,
        k: 10,
        ...rest,
      })
      return results.map(({ position }) => decodePosition(position)!.offset)
    },
    bytes: () => query.views()[0]?.bytes ?? 0,
    hosted: () => (query.views()[0]?.rows ?? 0) >= limits.hostFromRows,
    async close() {
      await app.close()
      await viewHost.close()
      await viewLoader.close()
      reader.close()
      keyStore.close()
    },
  }
}
