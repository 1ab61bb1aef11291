import { formatInstant } from '../../../domain/instant.ts'
import type { AuditApi, AuditedEntry } from '../../../query-api/audit.ts'
import type { VerbContext } from '../verb-context.ts'
import type { AuditTask } from './audit-line.ts'

export interface AuditListContext extends Pick<VerbContext, 'out'> {
  readonly api: AuditApi
}

const PAGE = 500
const NOBODY = { tenant: null }

/**
 * Prints what belongs to no tenant, the latest first: credentials that could be anybody's, administration of the whole
 * system. No auditor of a tenant sees it, so it is for whoever runs the server.
 */
export async function auditListVerb(
  { since, before, count, asJson }: Extract<AuditTask, { action: 'list' }>,
  { out, api }: AuditListContext,
): Promise<number> {
  let cursor: string | null = null
  let left = count
  do {
    const page = await api.page(NOBODY, {
      from: since,
      to: before,
      action: null,
      principal: null,
      namespace: null,
      limit: PAGE,
      cursor,
    })
    for (const entry of page.items.filter(({ action }) => action !== 'genesis').slice(0, left)) {
      out.write(`${asJson ? JSON.stringify(jsonOf(entry)) : lineOf(entry)}\n`)
      left -= 1
    }
    cursor = page.nextCursor
  } while (left > 0 && cursor !== null)
  if (left === count && !asJson) out.write('nothing that belongs to no tenant\n')
  return 0
}

function lineOf({ at, action, principal, operation, topic, partition, offset }: AuditedEntry): string {
  const what =
    operation === null
      ? `${action} at ${topic}/${partition} offset ${offset}`
      : [operation.status, operation.code, operation.method, operation.route, action].filter(Boolean).join(' ')
  const who = principal === null ? '' : ` by ${principal}`
  const times = operation === null || operation.times === 1 ? '' : ` (${operation.times} times)`
  return `${formatInstant(at)}  ${what}${who}${times}`
}

const jsonOf = ({ at, topic, partition, offset, action, principal, operation }: AuditedEntry): object => ({
  at: formatInstant(at),
  topic,
  partition,
  offset,
  action,
  principal,
  ...(operation === null
    ? {}
    : {
        method: operation.method,
        route: operation.route,
        status: operation.status,
        code: operation.code,
        times: operation.times,
        request_id: operation.requestId,
        traceparent: operation.traceparent,
      }),
})
