import { contractBounds } from '../../domain/limits/request-bounds.ts'

/** A field of SOMABRAIN_LIMITS_FILE: a row of docs/reference/limits.md. */
export interface TenantLimitField {
  readonly what: string
  readonly least: number
  /** A tenant cannot have more: it is what the contract allows, or what counts as a number here. */
  readonly most: number
  /** What 0 means, where it is not simply none. */
  readonly zero?: 'no limit'
  /** The setting that says it of all tenants. */
  readonly setting?: string
}

export const MOST_COUNTED = 999_999_999
/** `{}` takes two bytes. */
const NO_METADATA_BYTES = 2

const counted = { least: 0, most: MOST_COUNTED, zero: 'no limit' } as const

/** What may be said of a tenant. */
export const tenantLimitFields = {
  namespaces: { what: 'Namespaces', ...counted, setting: 'SOMABRAIN_NAMESPACE_LIMIT' },
  rate_rps: { what: 'Requests a second, on and on', ...counted, setting: 'SOMABRAIN_RATE_RPS' },
  rate_burst: {
    what: 'Requests at once; where only `rate_rps` is stated, two seconds of it',
    least: 1,
    most: MOST_COUNTED,
    setting: 'SOMABRAIN_RATE_BURST',
  },
  daily_memories: { what: 'Memories in a UTC day', ...counted, setting: 'SOMABRAIN_WRITE_DAILY_LIMIT' },
  metadata_bytes: {
    what: 'Metadata of a memory, as JSON, in bytes',
    least: NO_METADATA_BYTES,
    most: contractBounds.metadataBytes,
  },
  tags: { what: 'Tags of a memory', least: 0, most: contractBounds.tags },
  links: { what: 'Links that a memory states', least: 0, most: contractBounds.links },
  filter_depth: { what: 'Depth of a filter, in levels', least: 1, most: contractBounds.filterDepth },
  batch_items: { what: 'Items or messages of a JSON batch', least: 1, most: contractBounds.batchItems },
  k: {
    what: '`k` of a recall or a context; where a request states none, at most this',
    least: 1,
    most: contractBounds.k,
  },
  page: {
    what: 'Page of a list; where a request states no `limit`, at most this',
    least: 1,
    most: contractBounds.page,
  },
} as const satisfies Readonly<Record<string, TenantLimitField>>

export type TenantLimitName = keyof typeof tenantLimitFields
