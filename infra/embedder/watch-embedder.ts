import type { EmbedderMetrics, EmbeddingPurpose } from '../telemetry/embedder-metrics.ts'
import type { HealthCheck } from '../telemetry/health.ts'
import type { PartFacts } from '../telemetry/part-facts.ts'
import { EmbedderError, type EmbedderFault, embedderFaults, faultOf } from './embedder-error.ts'
import type { OpenedEmbedder } from './opened-embedder.ts'

/** An embedder whose calls are counted, and that health can ask how it is. */
export interface WatchedEmbedder extends OpenedEmbedder {
  readonly health: HealthCheck
}

/** What the calls so far have shown. */
type State =
  | { readonly is: 'untried' | 'answering' }
  /** `since`: milliseconds since 1970 of the first call that failed behind the last that did not. */
  | { readonly is: 'down'; readonly since: number; readonly fault: EmbedderFault }

export interface WatchOptions {
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly metrics: EmbedderMetrics
  /** Health asks one that is down again at most this often; default 5 s. */
  readonly askAgainMs?: number
}

const ASK_AGAIN_MS = 5_000
const PROBE_TEXT = 'hello'

/**
 * Counts what an embedder does, and keeps whether it answers. Where nobody remembers or asks, nothing would show that one
 * that was down is back: so health has it tried again, in the background, since a service may take longer than health has.
 */
export function watchEmbedder(embedder: OpenedEmbedder, { clock, metrics, askAgainMs }: WatchOptions): WatchedEmbedder {
  let state: State = { is: 'untried' }
  let dimension: number | null = null
  let askedAgainAt = Number.NEGATIVE_INFINITY

  const failed = (purpose: EmbeddingPurpose, error: unknown): void => {
    const fault = faultOf(error)
    metrics.failed(purpose, fault)
    // It works, only not as fast as it is asked to.
    if (fault === 'overloaded') return
    state = { is: 'down', since: state.is === 'down' ? state.since : clock(), fault }
    metrics.up(false)
  }
  const call = async (purpose: EmbeddingPurpose, work: () => Promise<readonly Float32Array[]>) => {
    const begun = performance.now()
    try {
      const vectors = await work()
      metrics.answered(purpose, vectors.length, (performance.now() - begun) / 1000)
      dimension = vectors[0]?.length ?? dimension
      state = { is: 'answering' }
      metrics.up(true)
      return vectors
    } catch (error) {
      failed(purpose, error)
      throw error
    }
  }
  const ask = (purpose: 'query' | 'probe', text: string) =>
    call(purpose, async () => [await embedder.embedQuery(text)]).then(([vector]) => vector!)
  const askAgain = (): void => {
    if (performance.now() - askedAgainAt < (askAgainMs ?? ASK_AGAIN_MS)) return
    askedAgainAt = performance.now()
    // What comes of it is the state.
    ask('probe', PROBE_TEXT).catch(() => undefined)
  }
  const probe = async (): Promise<void> => {
    // A model in this process knows of itself that it lost its threads.
    if (state.is !== 'down') await embedder.probe().catch((error: unknown) => failed('probe', error))
    if (state.is !== 'down') return
    askAgain()
    throw new EmbedderError(embedderFaults[state.fault], state.fault)
  }
  const facts = (): PartFacts => ({
    model: embedder.model,
    ...(dimension === null ? {} : { dimension }),
    ...(state.is === 'down' ? { down_since: new Date(state.since).toISOString() } : {}),
  })
  return {
    model: embedder.model,
    embed: (texts) => call('memories', () => embedder.embed(texts)),
    embedQuery: (text) => ask('query', text),
    probe,
    close: () => embedder.close(),
    health: { probe, facts, told: (error) => embedderFaults[faultOf(error)] },
  }
}
