import type { KeyStore } from '../../commands/ports/key-store.ts'
import { guardedOpener } from '../../query-api/guarded-opener.ts'
import { guardedReader } from '../../query-api/guarded-reader.ts'
import { MemoryIndex } from '../../query-api/memory-index.ts'
import type { LongTermReader } from '../../query-api/ports/long-term-reader.ts'
import { createBreaker } from '../breaker/create-breaker.ts'
import { breakingLongTermReader } from '../cluster/query-stores.ts'
import { createKeyring } from '../crypto/keyring.ts'
import { loadMasterKey } from '../crypto/master-key.ts'
import { createRowOpener } from '../crypto/row-opener.ts'
import { createViewLoader } from '../embedded/view-loader.ts'
import { LiveBuild } from '../postgres/live-build.ts'
import { LONG_TERM } from '../postgres/long-term/long-term-tables.ts'
import { PostgresLongTermReader } from '../postgres/postgres-long-term-reader.ts'
import { createPostgresPool, READ_SETTINGS } from '../postgres/postgres-pool.ts'
import { openSqliteLongTermReader } from '../sqlite/long-term/sqlite-long-term-reader.ts'
import type { HostCalls } from './host-calls.ts'
import { RankThread } from './ranking/rank-thread.ts'
import { Rankers } from './ranking/rankers.ts'
import type { ServedViewParts } from './serve-views.ts'
import { openSnapshots } from './snapshots/open-snapshots.ts'
import { MAX_RANKERS, type ViewSource } from './view-source.ts'

/** Connections of a thread that holds views: it reads ahead while it works. */
const CONNECTIONS = 2

/**
 * What views are made of on a thread of their own: rows through connections of its own, keys through the one that asks.
 * Rejects when the store of the rows does not answer.
 */
export async function openViewSource(source: ViewSource, calls: HostCalls): Promise<ServedViewParts<MemoryIndex>> {
  const masterKey = loadMasterKey(source.dataDir, source.masterKey)
  const keyring = createKeyring(keysOf(calls), masterKey)
  return {
    reader: guardedReader(await readerOf(source)),
    opener: guardedOpener(createRowOpener(keyring, source.vectorModel)),
    loader: loaderOf(source),
    snapshots: openSnapshots(source, masterKey, (fault) => calls.fault(fault)),
    limits: source.limits,
    forgetKeys: (keyIds) => keyring.forget(keyIds),
    makeIndex: (settings) => new MemoryIndex(settings),
    answers: rankersOf(source, (fault) => calls.fault(fault)),
  }
}

async function readerOf({ rows }: ViewSource): Promise<LongTermReader> {
  if (rows.kind === 'sqlite') return openSqliteLongTermReader(rows.state)
  const pool = createPostgresPool({
    dsn: rows.dsn,
    pooler: rows.pooler ?? false,
    applicationName: 'somabrain-views',
    max: CONNECTIONS,
    settings: READ_SETTINGS,
    pipelined: true,
  })
  const build = new LiveBuild(pool, { projection: LONG_TERM })
  await build.refresh()
  build.start()
  const reader = new PostgresLongTermReader(pool, build)
  return breakingLongTermReader(reader, createBreaker('Postgres'))
}

function loaderOf({ rows, dataDir, masterKey, vectorModel }: ViewSource) {
  if (rows.kind !== 'sqlite') return null
  return createViewLoader({ dataDir, keys: rows.keys, state: rows.state, masterKey, vectorModel })
}

const rankersOf = ({ rankers }: ViewSource, onFault: (fault: unknown) => void): Rankers =>
  new Rankers(Array.from({ length: Math.min(rankers, MAX_RANKERS) }, (_, n) => new RankThread(n + 1, onFault)))

const keysOf = (calls: HostCalls): KeyStore => ({
  key: (keyId) => calls.key(keyId),
  currentKey: refuse,
  keysOf: refuse,
  indexKey: refuse,
  addKey: refuse,
  addIndexKey: refuse,
  destroy: refuse,
})

const refuse = async (): Promise<never> => {
  throw new Error('This thread only opens rows')
}
