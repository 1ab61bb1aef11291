import type { RegistryClient } from '../registry/registry-client.ts'
import type { ClusterProbes } from './cluster-components.ts'
import type { ClusterParts } from './cluster-parts.ts'
import type { CommandSide } from './command-side.ts'
import type { FoldReports } from './fold-reports.ts'
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
): ClusterProbes {
  return {
    async kafka() {
      await parts.heads.refresh()
      const failure = commands?.failure() ?? null
      if (failure !== null) throw new Error(`the last append failed: ${failure.message}`)
      const { trouble } = parts.keyStore.progress()
      if (trouble !== null) throw new Error(`the data keys could not be read: ${trouble.message}`)
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
      const trouble = reports.trouble ?? guard.quarrel
      if (trouble !== null) throw new Error(trouble)
      const lag = parts.progress.lag()
      if (lag > LAG_LIMIT) throw new Error(`${lag} records of the log are not folded`)
    },
  }
}
