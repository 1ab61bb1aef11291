import type { ExecutionContext } from 'ava'
import type { Caller } from '../../commands/command-api.ts'
import type { RememberRequest } from '../../commands/requests/requests.ts'
import type { Identity } from '../../domain/identity.ts'
import { type Embedded, type EmbeddedDeps, startEmbedded } from '../../infra/embedded/start-embedded.ts'
import { createLogger } from '../../infra/telemetry/logger.ts'
import { createMetrics, type Metrics } from '../../infra/telemetry/metrics.ts'
import type { RecallRequest } from '../../query-api/requests/requests.ts'
import { throwFatal } from './throw-fatal.ts'

export const identity: Identity = {
  tenant: 'default',
  principal: 'tester',
  roles: ['reader', 'writer', 'admin', 'auditor'],
  namespaces: null,
}

export const caller = (more: Partial<Caller> = {}): Caller => ({
  identity,
  idempotencyKey: null,
  traceparent: null,
  waitMs: null,
  ...more,
})

/** Waits for the fold, as `Prefer: wait` does. */
export const waiting = (more: Partial<Caller> = {}): Caller => caller({ waitMs: 10_000, ...more })

export const rememberRequest = (content: string, more: Partial<RememberRequest> = {}): RememberRequest => ({
  namespace: 'default',
  content,
  metadata: {},
  tags: [],
  kind: 'episodic',
  author: null,
  runId: null,
  userId: null,
  agentId: null,
  subject: null,
  occurredAt: null,
  importance: 500,
  ttlSeconds: null,
  supersedes: null,
  links: [],
  ...more,
})

export const recallRequest = (query: string, more: Partial<RecallRequest> = {}): RecallRequest => ({
  namespace: 'default',
  query,
  k: 10,
  filter: null,
  asOf: { valid: null, known: null },
  after: null,
  minScore: null,
  explain: false,
  allowStale: false,
  include: null,
  ...more,
})

/** A clock that a test moves. */
export class TestClock {
  #now: number

  constructor(now = Date.UTC(2026, 10, 21)) {
    this.#now = now
  }

  readonly now = (): number => this.#now

  advance(milliseconds: number): void {
    this.#now += milliseconds
  }
}

export interface TestEmbedded extends Embedded {
  readonly metrics: Metrics
}

/** Everything in this process over a data directory; closed when the test ends. What a server could not go on with fails the test. */
export async function openEmbedded(
  t: ExecutionContext,
  dataDir: string,
  clock: () => number = Date.now,
  more: Partial<
    Pick<
      EmbeddedDeps,
      | 'integrityCheckDelayMs'
      | 'queryLimits'
      | 'limits'
      | 'embedder'
      | 'fillerOptions'
      | 'auditRetentionDays'
      | 'auditLooks'
      | 'signingKey'
      | 'erasure'
    >
  > = {},
): Promise<TestEmbedded> {
  const metrics = createMetrics({ processMetrics: false })
  const embedded = await startEmbedded({
    dataDir,
    masterKey: null,
    viewMemoryBytes: 256 << 20,
    clock,
    logger: createLogger({ level: 'silent' }),
    metrics,
    onFatal: throwFatal,
    ...more,
  })
  let closed: Promise<void> | null = null
  const close = (): Promise<void> => {
    closed ??= embedded.close()
    return closed
  }
  t.teardown(close)
  return { ...embedded, metrics, close }
}
