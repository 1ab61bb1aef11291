import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { type EmbedderFault, embedderFaults } from '../embedder/embedder-error.ts'

/** What is embedded: memories, a question, or a word that asks whether the embedder is back. */
export type EmbeddingPurpose = 'memories' | 'query' | 'probe'

/** What the embedder of a process does, and what it owes. */
export interface EmbedderMetrics {
  answered(purpose: EmbeddingPurpose, texts: number, seconds: number): void
  failed(purpose: EmbeddingPurpose, fault: EmbedderFault): void
  /** Whether the last call was answered. */
  up(answers: boolean): void
  acceptedWithout(memories: number): void
  /** Live memories without a vector of the model; `null`: another process sees to them. */
  waiting(memories: number | null): void
}

/** A model in this process takes milliseconds, a service that is asked three times more than ten seconds. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const PURPOSES: readonly EmbeddingPurpose[] = ['memories', 'query', 'probe']

/** Once for a registry, and only where there is an embedder: without one there is nothing to alert on. */
export function createEmbedderMetrics(registry: Registry): EmbedderMetrics {
  const registers = [registry]
  const texts = new Counter({
    name: 'somabrain_embedder_texts_total',
    help: 'Texts that the embedder made vectors of',
    labelNames: ['purpose'],
    registers,
  })
  const failures = new Counter({
    name: 'somabrain_embedder_failures_total',
    help: 'Calls of the embedder that gave no vectors, by why',
    labelNames: ['purpose', 'reason'],
    registers,
  })
  const seconds = new Histogram({
    name: 'somabrain_embedder_duration_seconds',
    help: 'Seconds that the embedder took for a call that it answered, of one text or of many',
    labelNames: ['purpose'],
    buckets: SECONDS,
    registers,
  })
  const up = new Gauge({
    name: 'somabrain_embedder_up',
    help: 'Whether its last call was answered: 1, or 0',
    registers,
  })
  const without = new Counter({
    name: 'somabrain_memories_accepted_without_vector_total',
    help: 'Memories that were accepted although the embedder gave no vector; they get one later',
    registers,
  })
  // A counter that begins with its first failure hides that one from rate().
  for (const purpose of PURPOSES) {
    texts.inc({ purpose }, 0)
    for (const reason of Object.keys(embedderFaults)) failures.inc({ purpose, reason }, 0)
  }
  up.set(1)
  return {
    answered(purpose, count, took) {
      texts.inc({ purpose }, count)
      seconds.observe({ purpose }, took)
    },
    failed: (purpose, reason) => failures.inc({ purpose, reason }),
    up: (answers) => up.set(Number(answers)),
    acceptedWithout: (memories) => without.inc(memories),
    waiting: waitingGauge(registry),
  }
}

/** Shown only by the process that sees to them, so that a sum over processes counts each memory once. */
function waitingGauge(registry: Registry): EmbedderMetrics['waiting'] {
  const gauge = new Gauge({
    name: 'somabrain_memories_without_vector',
    help: 'Live memories that wait for a vector of the embedder, as the process that embeds them last counted',
    registers: [registry],
  })
  gauge.remove()
  return (memories) => (memories === null ? gauge.remove() : gauge.set(memories))
}
