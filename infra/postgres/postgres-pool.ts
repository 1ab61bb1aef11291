import { Socket } from 'node:net'
import { Pool, type PoolConfig } from 'pg'
import { setInTransactions } from './pooler.ts'
import { parseDsn } from './postgres-dsn.ts'

export interface PostgresPoolOptions {
  /** `postgresql://user:password@host:port/database?sslmode=…`, as libpq reads it. */
  readonly dsn: string
  /** As it stands in `pg_stat_activity`. */
  readonly applicationName: string
  /** Connections at most. Default 4. */
  readonly max?: number
  /** After this long the server gives a statement up, and a little later the client does. Default 10,000. */
  readonly statementTimeoutMs?: number
  /** For connecting, and for waiting until one of the connections is free. Default 3,000. */
  readonly connectTimeoutMs?: number
  /** Settings of every session, or with a pooler of every transaction: {@link FOLD_SETTINGS}, {@link READ_SETTINGS} or others. */
  readonly settings?: Readonly<Record<string, string>>
  /** Whether statements that are sent at once on one connection go out at once. Default: each waits for the one before. */
  readonly pipelined?: boolean
  /** Whether `dsn` leads to a pooler in transaction mode: for reads that need no session of their own. Default: no. */
  readonly pooler?: boolean
  /** An idle connection was lost. The pool has dropped it already and opens another when one is asked for. */
  readonly onConnectionLost?: (error: Error) => void
}

/**
 * Rows are found by index or not at all, by the one process that asks: tables grow from nothing, under plans that were
 * made while they were empty.
 */
const BY_INDEX = {
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  max_parallel_workers_per_gather: '0',
  plan_cache_mode: 'force_generic_plan',
}

/** For a projector: a commit that a crash takes away is folded again, rows and checkpoint together. */
export const FOLD_SETTINGS = { ...BY_INDEX, synchronous_commit: 'off' }

export const READ_SETTINGS = { ...BY_INDEX, default_transaction_read_only: 'on' }

/** Rows come as text, bytea in hex; compiling plans (jit) costs more than these statements take. */
const EVERY_SESSION = { bytea_output: 'hex', jit: 'off' }

const MAX_CONNECTIONS = 4
const STATEMENT_TIMEOUT_MS = 10_000
const CONNECT_TIMEOUT_MS = 3_000
const IDLE_TIMEOUT_MS = 30_000
/** The server's own refusal comes first and says more; the client's is for a connection that has gone silent. */
const SILENCE_MS = 1_000
/** libuv probes ten times, a second apart, after this long: a dead peer is noticed without a query too. */
const KEEP_ALIVE_MS = 5_000

/**
 * Connections to one Postgres. A statement on a connection that has gone silent rejects in bounded time, and its
 * connection is dropped. Rejects with a connection's or the server's error; never waits for a server to come back.
 */
export function createPostgresPool(options: PostgresPoolOptions): Pool {
  const statementTimeoutMs = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS
  const { connectionString, sessionOptions } = parseDsn(options.dsn)
  const settings = { ...EVERY_SESSION, ...options.settings }
  const config: PoolConfig = {
    connectionString,
    application_name: options.applicationName,
    max: options.max ?? MAX_CONNECTIONS,
    pipeline: options.pipelined ?? false,
    connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    query_timeout: statementTimeoutMs + SILENCE_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    ...(options.pooler === true ? {} : ofSessions(settings, sessionOptions, statementTimeoutMs)),
  }
  const sockets = new Set<Socket>()
  const pool = new Pool({ ...config, stream: () => tracked(sockets) })
  socketsOf.set(pool, sockets)
  if (options.pooler === true) setInTransactions(pool, { ...settings, statement_timeout: String(statementTimeoutMs) })
  pool.on('error', (error) => options.onConnectionLost?.(error))
  // The pool listens to clients that lie idle in it. One that is out and between two statements has no other listener, and its
  // lost connection would end the process; its holder is told by the next statement, and the pool takes it back for good.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** Told when a connection begins, which a pooler refuses: it does not know whose transaction it will carry. */
function ofSessions(
  settings: Readonly<Record<string, string>>,
  sessionOptions: readonly string[],
  statementTimeoutMs: number,
): PoolConfig {
  const list = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`)
  return { statement_timeout: statementTimeoutMs, options: [...list, ...sessionOptions].join(' ') }
}

const socketsOf = new WeakMap<Pool, Set<Socket>>()

function tracked(sockets: Set<Socket>): Socket {
  const socket = new Socket()
  sockets.add(socket)
  return socket.once('close', () => sockets.delete(socket))
}

/** A socket that is on its way out may still be reset by its peer: that closes it as well. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())))
}

/** How long a process that closes waits for statements that are under way. */
export const POOL_GRACE_MS = 2_000

/**
 * Ends a pool of {@link createPostgresPool}: statements that run have `graceMs` to finish, then their connections are
 * destroyed. `pool.end()` alone waits for good where the server has gone silent, since it waits for its farewell.
 */
export async function endPostgresPool(pool: Pool, graceMs: number): Promise<void> {
  const sockets = socketsOf.get(pool) ?? new Set()
  const timer = setTimeout(() => {
    for (const socket of sockets) socket.destroy()
  }, graceMs)
  await pool.end()
  // What is left are connections that were told to go and whose servers have not answered yet.
  await Promise.all([...sockets].map(closed))
  clearTimeout(timer)
}
