import { setTimeout as pause } from 'node:timers/promises'
import { isBug } from '../../projections/is-bug.ts'
import { ConfigurationError } from '../config/configuration-error.ts'
import { MasterKeyError } from '../crypto/master-key.ts'
import { SigningKeyError } from '../crypto/signing-key.ts'
import { LedgerError } from '../erasure/file-ledger.ts'
import type { Readiness } from '../http/http-server-deps.ts'
import { SchemaNotRegisteredError } from '../registry/registry-errors.ts'
import { createPipelineMetrics } from '../telemetry/pipeline-metrics.ts'
import { NotPreparedError } from './prepare-cluster.ts'
import { RequiredPartError, requireLongTermMemory } from './required-parts.ts'
import { type Cluster, type ClusterDeps, startCluster } from './start-cluster.ts'

const RETRY_MS = 1_000
/** The log's last offset while nobody can say what it is. */
const NOT_THERE = -1

/** A process of a cluster on its way up. */
export interface StartingCluster {
  /** `null` until it is up. */
  current(): Cluster | null
  /** What it waits for, for `/startup`. */
  startup(): Readiness
  /** Resolves when it is up. Rejects when waiting cannot help, with what to do. */
  readonly started: Promise<Cluster>
  /** Gives up waiting, or closes what is up. */
  close(): Promise<void>
}

/**
 * Starts a process of a cluster, trying again for as long as a part does not answer: the parts of a system that comes up
 * whole come up in any order. With `fullStack` the first silence ends it instead, with `requiresMemory` that of Postgres.
 */
export function startPatiently(deps: ClusterDeps): StartingCluster {
  const giveUp = new AbortController()
  let current: Cluster | null = null
  let waitingFor = 'the parts of the cluster'
  const pipeline = createPipelineMetrics(deps.metrics.registry, () => NOT_THERE, deps.clock)
  const { fullStack, requiresMemory } = deps.configuration
  const attempt = async (): Promise<Cluster> => {
    for (;;) {
      try {
        // Asked before the others, which may be waited for.
        if (requiresMemory) await requireLongTermMemory(deps.configuration)
        const cluster = await startCluster({ ...deps, pipeline })
        if (!giveUp.signal.aborted) {
          current = cluster
          return cluster
        }
        await cluster.close()
      } catch (error) {
        if (fullStack || isPermanent(error)) throw error
        waitingFor = (error as Error).message
        deps.logger.warn({ err: error }, 'a part does not answer yet; trying again')
      }
      await pause(RETRY_MS, undefined, { signal: giveUp.signal })
    }
  }
  const started = attempt()
  // It may fail before anybody waits for it; who waits is told all the same.
  started.catch(() => {})
  return {
    current: () => current,
    startup: () => (current === null ? { ready: false, waitingFor: [waitingFor] } : { ready: true }),
    started,
    async close() {
      giveUp.abort(new Error('closed before it was up'))
      // Why it did not come up is told by `started`.
      await started.then((cluster) => cluster.close()).catch((error: unknown) => ignoreUnlessUp(current, error))
    },
  }
}

function ignoreUnlessUp(current: Cluster | null, error: unknown): void {
  if (current !== null) throw error
}

const isPermanent = (error: unknown): boolean =>
  isBug(error) ||
  error instanceof NotPreparedError ||
  error instanceof RequiredPartError ||
  error instanceof SchemaNotRegisteredError ||
  error instanceof ConfigurationError ||
  error instanceof MasterKeyError ||
  error instanceof SigningKeyError ||
  error instanceof LedgerError
