import type { HealthCheck } from './health.ts'

/** Rejects when the part does not work; may ignore the signal when it answers at once. */
export type EmbeddedProbe = (signal: AbortSignal) => Promise<void>

export interface EmbeddedProbes {
  /** The log's `log.db`. */
  readonly log: EmbeddedProbe
  /** Long-term memory's `state.db`. */
  readonly longTerm: EmbeddedProbe
  readonly workingMemory: EmbeddedProbe
}

/** The parts of an embedded process under the names of the parts whose twins they are. */
export const embeddedComponents = (probes: EmbeddedProbes): Readonly<Record<string, HealthCheck | 'disabled'>> => ({
  redis: { backend: 'embedded', probe: probes.workingMemory },
  postgres: { backend: 'embedded', probe: probes.longTerm },
  kafka: { backend: 'embedded', probe: probes.log },
  opa: 'disabled',
})
