import type { JsonObject, JsonValue } from '../../../domain/json.ts'
import { objectField, objectsField } from '../json-fields.ts'
import { type RetryOptions, retrying } from '../retrying.ts'
import type { ServerClient } from '../server-client.ts'
import { ServerProblemError } from '../server-error.ts'

/** What became of one item of a batch. */
export type ItemOutcome =
  | { readonly status: 'added' | 'already there'; readonly memoryId: string }
  | { readonly status: 'failed'; readonly code: string; readonly reason: string }

export interface BatchTarget {
  readonly client: ServerClient
  readonly namespace: string
  readonly retry: RetryOptions
}

const words = (...parts: ReadonlyArray<JsonValue | undefined>): string =>
  parts.filter((part) => typeof part === 'string' && part !== '').join('; ')

function outcomeOf(result: JsonObject): ItemOutcome {
  const error = objectField(result, 'error')
  if (error !== null) {
    const { code, detail, title, field, expected } = error
    const reason = words(detail ?? title, field, expected)
    return { status: 'failed', code: typeof code === 'string' ? code : 'unknown', reason }
  }
  const wasThere = result.status === 'duplicate' || result.status === 'repeated' || result.replayed === true
  return { status: wasThere ? 'already there' : 'added', memoryId: String(result.memory_id) }
}

/** These say nothing about the item itself: it may be sent again under the same key. */
const passing = new Set(['outcome_unknown', 'log_unavailable', 'overloaded', 'rate_limited', 'request_in_flight'])

async function post(target: BatchTarget, items: readonly JsonObject[]): Promise<readonly ItemOutcome[]> {
  const answer = await target.client.post('/remember/batch', { namespace: target.namespace, items })
  const results = objectsField(answer, 'results')
  if (results.length !== items.length) {
    throw new ServerProblemError(200, 'unknown', `${results.length} results for ${items.length} items`, null)
  }
  const inOrder = results.toSorted((a, b) => Number(a.index) - Number(b.index))
  return inOrder.map(outcomeOf)
}

/**
 * Stores the items, one outcome each, in order. Refusals of the whole request are retried as the server asks; items whose
 * outcome is open are sent again under their keys, so that none is stored twice.
 */
export async function sendBatch(target: BatchTarget, items: readonly JsonObject[]): Promise<readonly ItemOutcome[]> {
  const outcomes = new Map<number, ItemOutcome>()
  let open = items.map((item, index) => ({ item, index }))
  await retrying(async () => {
    const sent = await post(
      target,
      open.map(({ item }) => item),
    )
    const failures: ItemOutcome[] = []
    open = open.filter(({ index }, at) => {
      const outcome = sent[at]!
      outcomes.set(index, outcome)
      if (outcome.status !== 'failed' || !passing.has(outcome.code)) return false
      failures.push(outcome)
      return true
    })
    const [first] = failures
    if (first?.status === 'failed') throw new ServerProblemError(503, first.code, first.reason, null)
  }, target.retry)
  return items.map((_, index) => outcomes.get(index)!)
}
