import { setTimeout as delay } from 'node:timers/promises'
import { startCluster } from '../../cluster/start-cluster.ts'
import { type Configuration, readConfiguration } from '../../config/configuration.ts'
import { embedderConfiguration } from '../../config/embedder-configuration.ts'
import { readSettings } from '../../config/read-settings.ts'
import { startEmbedded } from '../../embedded/start-embedded.ts'
import type { BackgroundEmbedding } from '../../embedder/background-embedding.ts'
import { openEmbedder } from '../../embedder/open-embedder.ts'
import type { OpenedEmbedder } from '../../embedder/opened-embedder.ts'
import { createAuditMetrics } from '../../telemetry/audit-metrics.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { createMetrics } from '../../telemetry/metrics.ts'
import type { VerbContext } from '../verb-context.ts'
import { reembedVerb } from './reembed-verb.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** A process without doors: it reads long-term memory and appends to the log. */
interface Node {
  readonly embedding: BackgroundEmbedding | null
  /** Of one that folds by itself: records that are in the log and not folded. */
  lag?(): number
  close(): Promise<void>
}

/** Opens the store, or joins the cluster, with the embedder that `--to` states. */
export async function runReembed(stated: string, environment: Environment, context: VerbContext): Promise<number> {
  const settings = embedderConfiguration(readSettings(environment).values, stated)
  const configuration = readConfiguration(environment)
  if (configuration.cluster === null && !context.hasData()) {
    context.err.write(`Nothing is stored in ${context.dataDir} yet.\n`)
    return 1
  }
  const embedder = await openEmbedder(settings)
  if (embedder === null) {
    context.err.write('reembed --to needs an embedder: onnx:FOLDER or openai:URL\n')
    return 2
  }
  const stop = new AbortController()
  const interrupt = (): void => stop.abort()
  process.once('SIGINT', interrupt)
  process.once('SIGTERM', interrupt)
  try {
    return await withNode(configuration, embedder, async (embedding) =>
      reembedVerb({ model: embedder.model, stated }, embedding, { ...context, signal: stop.signal }),
    )
  } finally {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
    await embedder.close()
  }
}

async function withNode(
  configuration: Configuration,
  embedder: OpenedEmbedder,
  work: (embedding: BackgroundEmbedding) => Promise<number>,
): Promise<number> {
  const node = await startNode(configuration, embedder)
  try {
    if (node.embedding === null) throw new Error('A process with an embedder has nothing that embeds')
    await untilFolded(node)
    return await work(node.embedding)
  } finally {
    await node.close()
  }
}

const LOOK_EVERY_MS = 20

/** What an earlier call has embedded is known by the fold: begun before, some of it would be embedded again. */
async function untilFolded(node: Node): Promise<void> {
  while ((node.lag?.() ?? 0) > 0) await delay(LOOK_EVERY_MS)
}

/** What is embedded is this work alone: nothing besides goes over the store at the same time, and nobody is limited. */
const alone = { limits: null, fillerOptions: null } as const

function startNode(configuration: Configuration, embedder: OpenedEmbedder): Promise<Node> {
  const { cluster } = configuration
  const logger = createLogger({ level: 'warn', destination: process.stderr })
  const onFatal = (error: Error): never => {
    throw error
  }
  const metrics = createMetrics()
  const deps = { ...configuration, ...alone, embedder, logger, metrics, onFatal, clock: Date.now }
  if (cluster === null) return startEmbedded(deps)
  const auditMetrics = createAuditMetrics(metrics.registry)
  return startCluster({ ...deps, auditMetrics, configuration: cluster, role: 'commands' })
}
