import type { Scope } from '../domain/names.ts'
import type { RecallQuery } from '../domain/recall/recall-request.ts'
import { freshRead } from './fresh-read.ts'
import type { QueryContext } from './query-context.ts'

export interface EmbeddedQuery {
  /** Absent without an embedder, and when it did not answer. */
  readonly vector?: Float32Array
  readonly degraded: readonly string[]
}

interface Wish {
  readonly after: string | null
  readonly allowStale: boolean
}

/**
 * The vector of a query, without the names of those who speak in the namespace: memories are embedded without their
 * authors, so a name would only draw towards those that mention it. An embedder that does not answer costs the part of
 * the ranking that is by meaning, and not the answer.
 */
export async function embedQuery(
  context: QueryContext,
  scope: Scope,
  wish: Wish,
  query: string,
): Promise<EmbeddedQuery> {
  const { embedder } = context
  if (embedder === null) return { degraded: [] }
  const { value: text } = await freshRead(context, scope, wish, { ask: 'withoutAuthors', args: [query] })
  // No memory here has a vector.
  if (text === null) return { degraded: [] }
  try {
    return { vector: await embedder.embedQuery(text), degraded: [] }
  } catch (fault) {
    context.onFault(fault)
    return { degraded: ['embedder'] }
  }
}

/** The query with its vector, when there is one. */
export const withVector = (query: RecallQuery, { vector }: EmbeddedQuery): RecallQuery =>
  vector === undefined ? query : { ...query, vector }
