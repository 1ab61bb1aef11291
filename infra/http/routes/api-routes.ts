import type { FastifyInstance } from 'fastify'
import type { Edge } from '../edge.ts'
import { registerAudit } from './audit-routes.ts'
import { registerDeleteMemory, registerFeedback, registerForget, registerRestore } from './command-routes.ts'
import { registerContext } from './context-routes.ts'
import { registerListEpisodes } from './episode-routes.ts'
import { registerExport, registerReceipts } from './erasure-routes.ts'
import { registerGraph } from './graph-routes.ts'
import { registerCommandOutcome, registerWorkingMemory } from './inspection-routes.ts'
import { registerLinks } from './link-routes.ts'
import { registerMcp } from './mcp-routes.ts'
import { registerListMemories, registerMemoryParts, registerReadMemory } from './memory-routes.ts'
import { registerConfigureNamespace, registerListNamespaces } from './namespace-routes.ts'
import { registerMetrics, registerOperations } from './operations-routes.ts'
import { registerPlan, registerRecall } from './recall-routes.ts'
import { registerRememberBatch } from './remember-batch-routes.ts'
import { registerRemember } from './remember-routes.ts'

/** Every route of the sides that this process has. */
export async function registerApi(app: FastifyInstance, edge: Edge): Promise<void> {
  const { commands, query } = edge.deps
  if (commands !== null) {
    for (const register of [
      registerRemember,
      registerForget,
      registerDeleteMemory,
      registerRestore,
      registerFeedback,
      registerLinks,
      registerConfigureNamespace,
    ]) {
      register(app, edge, commands)
    }
    // Alone in its scope, because it reads a content type that no other route does.
    await app.register(async (batch) => registerRememberBatch(batch, edge, commands))
  }
  if (query !== null) {
    for (const register of [
      registerRecall,
      registerContext,
      registerPlan,
      registerListMemories,
      registerReadMemory,
      registerListEpisodes,
      registerMemoryParts,
      registerListNamespaces,
      registerCommandOutcome,
      registerWorkingMemory,
      registerGraph,
    ]) {
      register(app, edge, query)
    }
  }
  if (commands !== null || query !== null) registerMcp(app, edge)
  if (edge.deps.auditApi !== undefined) registerAudit(app, edge, edge.deps.auditApi)
  const { erasure } = edge.deps
  if (erasure?.subjects != null) {
    registerReceipts(app, edge, erasure.subjects, erasure.keys)
    registerExport(app, edge, erasure.subjects)
  }
  registerOperations(app, edge)
  if (edge.deps.servesMetrics ?? true) registerMetrics(app, edge)
}
