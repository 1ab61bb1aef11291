import type { PartFacts } from './part-facts.ts'
import { PartFaultError, partFaultOf, partFaults } from './part-fault.ts'

/** How a part that is in use is asked whether it works: rejects when it does not. */
export interface HealthCheck {
  /** `embedded`: the part is the in-process twin of what the key names. */
  readonly backend?: 'embedded'
  probe(signal: AbortSignal): Promise<void>
  /** Asked behind the probe. */
  facts?(): PartFacts
  /** Of a part with a fixed list of faults of its own: what anybody may be told. Default: one of {@link partFaults}. */
  told?(error: unknown): string
}

/** A part that was well, or failed otherwise, at the last look; `null`: it is well again. */
export type PartChanged = (part: string, failure: { readonly told: string; readonly error: unknown } | null) => void

export interface HealthDeps {
  /** `disabled`: the part is not in use. */
  readonly components: Readonly<Record<string, HealthCheck | 'disabled'>>
  readonly version: string
  readonly mode: string
  readonly now: () => number
  /** For all parts together, since they are asked side by side. */
  readonly timeoutMs?: number
  /** Told once for each change, however often health is asked: where the words of the error go. */
  readonly changed?: PartChanged
  /** How long one look at the parts answers everybody, since anybody may ask; default {@link SHARED_MS}. */
  readonly sharedForMs?: number
  /** Milliseconds on a clock that never goes back. */
  readonly elapsedMs?: () => number
}

export interface ComponentHealth extends PartFacts {
  readonly status: 'healthy' | 'unhealthy' | 'disabled'
  readonly latency_ms?: number
  readonly backend?: 'embedded'
  /** Of a short fixed list; the words of the error are in the log. */
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

const SHARED_MS = 500

/**
 * Asks every part side by side; never takes longer than `timeoutMs`, whatever the parts do. Who asks within `sharedForMs`
 * of the beginning of a look gets what that look finds: the parts are asked at a bounded rate, and one that dies is told of
 * to whoever asks that much later.
 */
export function composeHealth(deps: HealthDeps): () => Promise<HealthReport> {
  const { sharedForMs = SHARED_MS, elapsedMs = () => performance.now() } = deps
  const noted = noteChanges(deps.changed ?? (() => undefined))
  let begunAt = Number.NEGATIVE_INFINITY
  let latest: Promise<HealthReport> | null = null
  return () => {
    const now = elapsedMs()
    if (latest !== null && now - begunAt < sharedForMs) return latest
    begunAt = now
    latest = look(deps, noted)
    return latest
  }
}

async function look(deps: HealthDeps, noted: PartChanged): Promise<HealthReport> {
  const timeoutMs = deps.timeoutMs ?? TIMEOUT_MS
  const asked = Object.entries(deps.components).map(
    async ([name, check]) =>
      [name, await componentHealth(check, timeoutMs, (failure) => noted(name, failure))] as const,
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

/** Passes on what differs from what was said of the part before; every part begins as well. */
function noteChanges(changed: PartChanged): PartChanged {
  const failing = new Map<string, string>()
  return (part, failure) => {
    if (failing.get(part) === failure?.told) return
    if (failure === null) failing.delete(part)
    else failing.set(part, failure.told)
    changed(part, failure)
  }
}

async function componentHealth(
  check: HealthCheck | 'disabled',
  timeoutMs: number,
  noted: (failure: Parameters<PartChanged>[1]) => void,
): Promise<ComponentHealth> {
  if (check === 'disabled') return { status: 'disabled' }
  const backend = check.backend === undefined ? {} : { backend: check.backend }
  const started = performance.now()
  try {
    await within(timeoutMs, (signal) => check.probe(signal))
    noted(null)
    return { status: 'healthy', latency_ms: round(performance.now() - started), ...backend, ...check.facts?.() }
  } catch (error) {
    const told = check.told?.(error) ?? partFaults[partFaultOf(error)]
    noted({ told, error })
    const known = error instanceof PartFaultError ? error.facts : {}
    return { status: 'unhealthy', error: told, ...backend, ...check.facts?.(), ...known }
  }
}

async function within(timeoutMs: number, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const abort = new AbortController()
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const error = new PartFaultError('timeout', `no answer within ${timeoutMs} ms`)
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
