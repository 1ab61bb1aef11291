import { send } from '../../support/http-client.ts'

const ID = '0198f0de-3b5a-8c1d-9e2f-4a6b8c0d2e4f'

/** A different canary for each field, so that what is found tells where it came from. */
export type CanaryOf = (field: string) => string

export type CanaryRequest = readonly [method: string, path: string, body?: unknown]

/** Requests with a canary in every field that takes text of the caller's own: accepted ones and refused ones. */
export function canaryRequests(canary: CanaryOf, namespace = 'default'): readonly CanaryRequest[] {
  const memory = {
    namespace,
    content: canary('content'),
    metadata: { [canary('key')]: canary('value') },
    tags: [canary('tag')],
    author: canary('author'),
    run_id: canary('run'),
    user_id: canary('user'),
    agent_id: canary('agent'),
  }
  const scopes = { namespace, user_id: canary('user'), agent_id: canary('agent'), run_id: canary('run') }
  const filters = { 'metadata.source': canary('filter'), author: { $in: [canary('filter-author')] } }
  return [
    ['POST', '/remember', memory],
    ['POST', '/remember', { ...memory, unknown: canary('unknown') }],
    ['POST', '/remember/batch', { namespace, items: [{ ...memory, namespace: undefined }, { content: '' }] }],
    ['POST', '/recall', { query: canary('query'), ...scopes, filters, k: 3 }],
    ['POST', '/recall', { query: canary('query'), k: canary('k') }],
    ['POST', '/context', { query: canary('context'), ...scopes }],
    ['POST', '/plan', { goal: canary('goal'), ...scopes, filters }],
    ['POST', '/memories/search', { filters, ...scopes }],
    ['GET', `/memories?namespace=${namespace}&user_id=${canary('user')}&cursor=${canary('cursor')}`],
    ['GET', `/episodes?namespace=${namespace}&agent_id=${canary('agent')}&cursor=${canary('cursor')}`],
    ['GET', `/episodes?namespace=${namespace}&user_id=${canary('user')}`],
    ['GET', `/memories/${canary('path')}`],
    ['GET', `/memories/${ID}/history`],
    ['POST', '/forget', { filters, dry_run: true, ...scopes }],
    ['POST', '/forget', { mode: 'erase', user_id: canary('user') }],
    ['POST', '/link', { from: ID, rel: canary('rel'), to: ID }],
    ['POST', '/feedback', { memory_id: ID, useful: canary('useful') }],
    ['GET', `/subjects/${canary('subject')}/export`],
    ['GET', `/audit?principal=${canary('principal')}&cursor=${canary('cursor')}`],
    ['GET', `/${canary('nowhere')}`],
  ]
}

/** Asks everything with every credential, each time under an idempotency key that is a canary too. */
export async function askCanaries(
  url: string,
  canary: CanaryOf,
  requests: readonly CanaryRequest[],
  tokens: readonly string[],
): Promise<readonly number[]> {
  const statuses: number[] = []
  for (const token of tokens) {
    const headers = { authorization: `Bearer ${token}`, 'idempotency-key': canary('idempotency') }
    for (const [method, path, body] of requests) {
      const { status } = await send(method, `${url}${path}`, body, headers)
      statuses.push(status)
    }
  }
  return statuses
}
