import type { Identity } from '../domain/identity.ts'
import { type PlannedStep, type Prerequisite, plan } from '../domain/plan/plan.ts'
import { embedQuery, withVector } from './embed-query.ts'
import { freshRead } from './fresh-read.ts'
import { readableScope } from './namespace-access.ts'
import { PlanWalk } from './plan-walk.ts'
import type { Memory, PlanAnswer, PlanStep } from './query-api.ts'
import type { QueryContext } from './query-context.ts'
import type { PlanRequest } from './requests/requests.ts'

/** Steps towards a goal: what is recalled for it and, along the links, what has to come before that. */
export async function planGoal(context: QueryContext, identity: Identity, request: PlanRequest): Promise<PlanAnswer> {
  const scope = readableScope(identity, request.namespace)
  const now = context.clock()
  const query = {
    query: request.goal,
    k: context.limits.planSeeds,
    filter: request.filter,
    asOf: { valid: now, validAsked: false, known: null },
    minScore: null,
    explain: false,
  }
  const wish = { after: request.after, allowStale: false }
  const embedded = await embedQuery(context, scope, wish, request.goal)
  const read = await freshRead(context, scope, wish, { ask: 'recall', args: [withVector(query, embedded)] })
  const scores = new Map(read.value.map(({ memoryId, score }) => [memoryId, score]))
  const graph = new PlanWalk(context, scope, now, scores)
  await graph.walk()
  const planned = plan({ ...graph.input(), maxSteps: request.maxSteps })
  return {
    goal: request.goal,
    steps: planned.steps.map((step, i) => stepOf(step, i + 1, graph.memory(step.memoryId))),
    missing: planned.missing.map(prerequisiteOf),
    unexplored: planned.unexplored.map(prerequisiteOf),
    cycles: planned.cycles,
    omitted: planned.omitted,
    position: read.position,
    degraded: [...read.degraded, ...embedded.degraded],
  }
}

const stepOf = (step: PlannedStep, number: number, memory: Memory): PlanStep => ({
  step: number,
  memory,
  links: step.links.map(({ rel, to }) => ({ rel, target: to })),
  dependsOn: step.dependsOn.map(({ memoryId, link }) => ({ memoryId, rel: link.rel })),
  cost: step.cost,
  confidence: step.confidence,
})

const prerequisiteOf = ({ memoryId, neededBy, rel }: Prerequisite) => ({ memoryId, neededBy, rel })
