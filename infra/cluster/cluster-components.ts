import type { HealthCheck } from '../telemetry/health.ts'

/** Rejects when the part does not answer, with words for the operator. */
export type Probe = (signal: AbortSignal) => Promise<void>

export interface ClusterProbes {
  readonly kafka: Probe
  readonly postgres: Probe
  readonly redis: Probe
  readonly schemaRegistry: Probe
  /** Whether the fold keeps up with the log; rejects with where and why it stands still. */
  readonly fold: Probe
}

/** The parts of a cluster, as any of its processes sees them. */
export const clusterComponents = (probes: ClusterProbes): Readonly<Record<string, HealthCheck | 'disabled'>> => ({
  redis: { probe: probes.redis },
  postgres: { probe: probes.postgres },
  kafka: { probe: probes.kafka },
  schema_registry: { probe: probes.schemaRegistry },
  fold: { probe: probes.fold },
  opa: 'disabled',
})
