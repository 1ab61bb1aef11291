import type { AuditEntry } from '../domain/audit/audit-entry.ts'
import type { AuditOperation } from '../domain/audit/audit-operation.ts'
import type { AuditCodec } from '../schemas/audit-codec.ts'
import { decodeAuditCursor, encodeAuditCursor } from './audit-cursor.ts'
import type { AuditPlace, AuditReader } from './ports/audit-reader.ts'

/** What an auditor asks for. Instants are milliseconds since 1970. */
export interface AuditRequest {
  /** At or after. */
  readonly from: number | null
  /** Before. */
  readonly to: number | null
  readonly action: string | null
  readonly principal: string | null
  readonly namespace: string | null
  readonly limit: number
  readonly cursor: string | null
}

export interface AuditedEntry extends AuditEntry {
  /** What a read, a refusal or administration says beside; `null` for a write, which the log itself holds. */
  readonly operation: AuditOperation | null
}

export interface AuditPage {
  readonly items: readonly AuditedEntry[]
  /** A page may hold less than `limit` and go on: it looked through as much as one request may. */
  readonly nextCursor: string | null
}

export interface AuditApi {
  /** `tenant`: the auditor's own; `null`: what belongs to none. */
  page(of: { readonly tenant: string | null }, request: AuditRequest): Promise<AuditPage>
}

const CHUNK = 1_000
/** A filter that fits nothing must not hold up whoever else is being answered. */
const MOST_SCANNED = 10_000

/** Pages through what happened in a tenant, the latest first. */
export const createAuditApi = (reader: AuditReader, codec: AuditCodec): AuditApi => ({
  async page({ tenant }, request) {
    const { from, to, limit } = request
    const asked = [String(tenant), ...[from, to, request.action, request.principal, request.namespace].map(String)]
    const items: AuditedEntry[] = []
    let before = request.cursor === null ? null : decodeAuditCursor(request.cursor, asked)
    for (let scanned = 0; scanned < MOST_SCANNED; ) {
      const chunk = await reader.scan({ tenant, from, to, before, limit: CHUNK })
      for (const entry of chunk) {
        if (items.length === limit) return { items, nextCursor: encodeAuditCursor(before!, asked) }
        before = placeOf(entry)
        if (isAskedFor(entry, request)) items.push({ ...entry, operation: operationOf(codec, entry) })
      }
      scanned += chunk.length
      if (chunk.length < CHUNK) return { items, nextCursor: null }
    }
    return { items, nextCursor: encodeAuditCursor(before!, asked) }
  },
})

const placeOf = ({ at, topic, partition, offset }: AuditEntry): AuditPlace => ({ at, topic, partition, offset })

const isAskedFor = (entry: AuditEntry, { action, principal, namespace }: AuditRequest): boolean =>
  (action === null || entry.action === action) &&
  (principal === null || entry.principal === principal) &&
  (namespace === null || entry.namespace === namespace)

function operationOf(codec: AuditCodec, { detail }: AuditEntry): AuditOperation | null {
  if (detail === null) return null
  const read = codec.decodeOperation(detail)
  return read.ok ? read.value : null
}
