import type { RegistryClient } from '../registry/registry-client.ts'
import { assertMoves } from '../telemetry/fold-standstill.ts'
import { type PartFault, PartFaultError } from '../telemetry/part-fault.ts'
import type { PipelineMetrics } from '../telemetry/pipeline-metrics.ts'
import type { ClusterProbes } from './cluster-components.ts'
import type { ClusterParts } from './cluster-parts.ts'
import type { CommandSide } from './command-side.ts'
import type { FoldReports, Halted } from './fold-reports.ts'
import type { LogGuard } from './log-guard.ts'

/** Records that may wait to be folded before health says so; the alert on lag begins there. */
const LAG_LIMIT = 5_000

/** How each part is asked whether it works. */
export function clusterProbes(
  parts: ClusterParts,
  registry: RegistryClient,
  reports: FoldReports,
  guard: LogGuard,
  commands: CommandSide | null,
  pipeline: Pick<PipelineMetrics, 'standing'>,
): ClusterProbes {
  return {
    async kafka() {
      await parts.heads.refresh()
      const failure = commands?.failure() ?? null
      if (failure !== null) throw new PartFaultError('append_failed', failure.message, { cause: failure })
      const { trouble } = parts.keyStore.progress()
      if (trouble !== null) throw new PartFaultError('keys_unread', trouble.message, { cause: trouble })
    },
    async postgres() {
      await parts.reader.checkpoint(0)
    },
    async redis() {
      await parts.redis.ping()
    },
    async schemaRegistry() {
      await registry.subjects()
    },
    async fold() {
      if (guard.trouble !== null) throw standsStill('other_log', guard.trouble)
      if (reports.trouble !== null) throw standsStill('halted', reports.trouble)
      const lag = parts.progress.lag()
      if (lag > LAG_LIMIT) throw new PartFaultError('behind', `${lag} records of the log are not folded`)
      assertMoves(pipeline.standing())
    },
  }
}

const standsStill = (fault: PartFault, { partition, reason }: Halted): PartFaultError =>
  new PartFaultError(fault, `partition ${partition}: ${reason}`, { facts: { partition } })
