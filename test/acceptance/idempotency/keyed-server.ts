import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { startEmbedded } from '../../../infra/embedded/start-embedded.ts'
import type { Authenticator } from '../../../infra/http/auth/authenticator.ts'
import { createHttpServer } from '../../../infra/http/create-http-server.ts'
import { createLogger } from '../../../infra/telemetry/logger.ts'
import { createMetrics } from '../../../infra/telemetry/metrics.ts'
import { type Answer, send } from '../../support/http-client.ts'

export interface Request {
  readonly method: 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  /** The same route with something else in its body; none where there is no body. */
  readonly otherBody?: unknown
}

/** A tenant of its own on a server that several tests share. */
export interface Tenant {
  readonly name: string
  /** Sends with a key and waits for the fold. */
  keyed(key: string, request: Request, body?: unknown): Promise<Answer>
  send(method: string, path: string, body?: unknown): Promise<Answer>
  /** A new memory's id. */
  remember(content: string, more?: Record<string, unknown>): Promise<string>
  read(path: string): Promise<Record<string, unknown>>
}

/** A whole embedded server for the tests of a file. */
export interface KeyedServer {
  start(): Promise<void>
  stop(): Promise<void>
  newTenant(): Tenant
  /** What the fold came to. */
  erasuresOf(tenant: string): { readonly erasures: number; readonly receipts: number }
}

/** Whoever says its name is a tenant of that name. */
const nameAsTenant: Authenticator = {
  authenticate: ({ authorization }) => ({
    tenant: String(authorization),
    principal: 'tester',
    roles: ['reader', 'writer', 'admin'],
    namespaces: null,
  }),
}

export function keyedServer(): KeyedServer {
  const folder = mkdtempSync(join(tmpdir(), 'somabrain-idempotency-'))
  let url = ''
  let close = async (): Promise<void> => {}
  let tenants = 0
  return {
    async start() {
      const served = await serve(folder)
      url = served.url
      close = served.close
    },
    async stop() {
      await close()
      rmSync(folder, { recursive: true })
    },
    newTenant() {
      tenants += 1
      return tenantAt(url, `tenant-${tenants}`)
    },
    erasuresOf(tenant) {
      const database = new DatabaseSync(join(folder, 'state.db'), { readOnly: true })
      try {
        const count = (table: string): number => {
          const found = database.prepare(
            `select count(*) as n from ${table} join scopes using (scope) where tenant = ?`,
          )
          return Number(found.get(tenant)?.n)
        }
        return { erasures: count('erasures'), receipts: count('receipts') }
      } finally {
        database.close()
      }
    },
  }
}

async function serve(dataDir: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const metrics = createMetrics({ processMetrics: false })
  const logger = createLogger({ level: 'silent' })
  const embedded = await startEmbedded({
    dataDir,
    masterKey: null,
    viewMemoryBytes: 64 << 20,
    clock: Date.now,
    logger,
    metrics,
    onFatal: (error) => {
      throw error
    },
  })
  const app = createHttpServer({
    ...embedded,
    authenticator: nameAsTenant,
    health: async () => ({ status: 'healthy', timestamp: '', components: {}, version: '', mode: '' }),
    ready: () => ({ ready: true }),
    startup: () => ({ ready: true }),
    metrics,
    logger,
    now: Date.now,
    version: '0.0.0',
  })
  return {
    url: await app.listen({ host: '127.0.0.1', port: 0 }),
    async close() {
      await app.close()
      await embedded.close()
    },
  }
}

function tenantAt(url: string, name: string): Tenant {
  const waits = { authorization: name, prefer: 'wait=10' }
  return {
    name,
    keyed: (key, { method, path, body }, other = body) =>
      send(method, `${url}${path}`, other, { ...waits, 'idempotency-key': key }),
    send: (method, path, body) => send(method, `${url}${path}`, body, waits),
    async remember(content, more = {}) {
      const answer = await send('POST', `${url}/remember`, { content, ...more }, waits)
      if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
      return String(answer.body.memory_id)
    },
    read: async (path) => (await send('GET', `${url}${path}`, undefined, waits)).body,
  }
}
