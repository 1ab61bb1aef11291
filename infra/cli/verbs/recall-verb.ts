import type { JsonObject } from '../../../domain/json.ts'
import type { CommandLine } from '../command-line.ts'
import { retrying } from '../retrying.ts'
import { retryOptions, type VerbContext, withSession } from '../verb-context.ts'
import { recallView } from '../view/recall-view.ts'

type RecallLine = Extract<CommandLine, { readonly verb: 'recall' }>

/** A day means its first instant in UTC. */
const instant = (text: string): string => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text)

function asOfField(line: RecallLine): JsonObject {
  if (line.asOf === null && line.knownAt === null) return {}
  const valid: JsonObject = line.asOf === null ? {} : { valid: instant(line.asOf) }
  const known: JsonObject = line.knownAt === null ? {} : { known: instant(line.knownAt) }
  return { as_of: { ...valid, ...known } }
}

export function recallBody(line: RecallLine): JsonObject {
  return {
    query: line.query,
    namespace: line.namespace,
    k: line.k,
    explain: true,
    ...(line.runId === null ? {} : { run_id: line.runId }),
    ...(line.userId === null ? {} : { user_id: line.userId }),
    ...(line.agentId === null ? {} : { agent_id: line.agentId }),
    ...asOfField(line),
    ...(line.minScore === null ? {} : { min_score: line.minScore }),
  }
}

/** Asks, and draws the answer. */
export function recallVerb(line: RecallLine, context: VerbContext): Promise<number> {
  return withSession(context, line.server, 'read', async ({ client }) => {
    const answer = await retrying(() => client.post('/recall', recallBody(line)), retryOptions(context))
    context.out.write(
      line.asJson
        ? `${JSON.stringify(answer, null, 2)}\n`
        : `\n${recallView(context.out, answer, { signals: line.signals })}`,
    )
    return 0
  })
}
