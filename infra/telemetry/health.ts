/** How a part that is in use is asked whether it works: rejects, or resolves false, when it does not. */
export interface HealthCheck {
  /** `embedded`: the part is the in-process twin of what the key names. */
  readonly backend?: 'embedded'
  probe(signal: AbortSignal): Promise<void>
  /** Asked behind the probe. */
  facts?(): PartFacts
}

/** What a part tells of itself besides. Anybody may read it: no secret, no address. */
export interface PartFacts {
  /** Of an embedder: the name that its vectors are known by. */
  readonly model?: string
  /** Of its vectors, once there was one. */
  readonly dimension?: number
  /** RFC 3339. */
  readonly down_since?: string
}

export interface HealthDeps {
  /** `disabled`: the part is not in use. */
  readonly components: Readonly<Record<string, HealthCheck | 'disabled'>>
  readonly version: string
  readonly mode: string
  readonly now: () => number
  /** For all parts together, since they are asked side by side. */
  readonly timeoutMs?: number
}

export interface ComponentHealth extends PartFacts {
  readonly status: 'healthy' | 'unhealthy' | 'disabled'
  readonly latency_ms?: number
  readonly backend?: 'embedded'
  readonly error?: string
}

export interface HealthReport {
  readonly status: 'healthy' | 'degraded'
  /** RFC 3339. */
  readonly timestamp: string
  readonly components: Readonly<Record<string, ComponentHealth>>
  readonly version: string
  readonly mode: string
}

const TIMEOUT_MS = 900

/** Asks every part side by side; never takes longer than `timeoutMs`, whatever the parts do. */
export function composeHealth(deps: HealthDeps): () => Promise<HealthReport> {
  const timeoutMs = deps.timeoutMs ?? TIMEOUT_MS
  return async () => {
    const asked = Object.entries(deps.components).map(
      async ([name, check]) => [name, await componentHealth(check, timeoutMs)] as const,
    )
    const components = Object.fromEntries(await Promise.all(asked))
    const degraded = Object.values(components).some((component) => component.status === 'unhealthy')
    return {
      status: degraded ? 'degraded' : 'healthy',
      timestamp: new Date(deps.now()).toISOString(),
      components,
      version: deps.version,
      mode: deps.mode,
    }
  }
}

async function componentHealth(check: HealthCheck | 'disabled', timeoutMs: number): Promise<ComponentHealth> {
  if (check === 'disabled') return { status: 'disabled' }
  const backend = check.backend === undefined ? {} : { backend: check.backend }
  const started = performance.now()
  try {
    await within(timeoutMs, (signal) => check.probe(signal))
    return { status: 'healthy', latency_ms: round(performance.now() - started), ...backend, ...check.facts?.() }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { status: 'unhealthy', error: reason, ...backend, ...check.facts?.() }
  }
}

async function within(timeoutMs: number, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const abort = new AbortController()
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const error = new Error('Connection timeout')
    abort.abort(error)
    late.reject(error)
  }, timeoutMs)
  try {
    await Promise.race([work(abort.signal), late.promise])
  } finally {
    clearTimeout(timer)
  }
}

const round = (milliseconds: number): number => Math.round(milliseconds * 100) / 100
