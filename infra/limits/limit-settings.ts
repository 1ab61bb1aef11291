import type { Rate } from '../../domain/limits/token-bucket.ts'

/** What a tenant may do; `null`: as much as it likes. */
export interface TenantLimit {
  readonly requests: Rate | null
  /** Memories that may be written in a UTC day. */
  readonly memoriesPerDay: number | null
  /** Namespaces that a tenant may have. */
  readonly namespaces: number | null
}

/** What tenants may do. */
export interface LimitSettings extends TenantLimit {
  /** Of tenants that may do something else. */
  readonly tenants?: ReadonlyMap<string, TenantLimit>
}

export const limitOf = (settings: LimitSettings, tenant: string): TenantLimit =>
  settings.tenants?.get(tenant) ?? settings

/** Whether any tenant is limited at all. */
export const limitsAnyone = (settings: LimitSettings): boolean =>
  [settings, ...(settings.tenants?.values() ?? [])].some(
    ({ requests, memoriesPerDay, namespaces }) => requests !== null || memoriesPerDay !== null || namespaces !== null,
  )
