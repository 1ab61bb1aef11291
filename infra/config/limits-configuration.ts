import { contractBounds, type RequestBounds } from '../../domain/limits/request-bounds.ts'
import type { Rate } from '../../domain/limits/token-bucket.ts'
import { type LimitSettings, limitsAnyone, type TenantLimit } from '../limits/limit-settings.ts'
import { MOST_COUNTED, type TenantLimitField, tenantLimitFields } from '../limits/tenant-limit-fields.ts'
import { ConfigurationError } from './configuration-error.ts'
import { LIMITS_FILE, type LimitsFile, type StatedLimits } from './limits-file.ts'

/** In the modes that are not for development, where nothing else is said. */
const DEFAULTS = { rate_rps: 100, daily_memories: 50_000, namespaces: 1_000 }
/** A burst of two seconds of the rate, where nothing else is said. */
const BURST_SECONDS = 2
const NOTHING: LimitsFile = { default: {}, tenants: new Map() }

/**
 * The limits of tenants; `null`: nothing is limited, as in development where none is set. `0` turns one off. What the file
 * says of all tenants stands beside the settings; of a tenant, in their place. Throws a `ConfigurationError` that names the
 * setting, or the field of the file, at fault.
 */
export function limitsConfiguration(
  values: ReadonlyMap<string, string>,
  development: boolean,
  file = NOTHING,
): LimitSettings | null {
  const none: TenantLimit = { requests: null, memoriesPerDay: null, namespaces: null }
  const stated = { ...(development ? {} : DEFAULTS), ...statedOfAll(values, file.default) }
  const everyone = limitOver(none, stated, () =>
    Object.hasOwn(file.default, 'rate_burst')
      ? burstAlone('default')
      : new ConfigurationError('SOMABRAIN_RATE_RPS', 'is not set, and SOMABRAIN_RATE_BURST is', 'both or neither'),
  )
  const tenants = [...file.tenants].map(
    ([tenant, own]) => [tenant, limitOver(everyone, own, () => burstAlone(`tenants.${tenant}`))] as const,
  )
  const settings = { ...everyone, ...(tenants.length === 0 ? {} : { tenants: new Map(tenants) }) }
  return limitsAnyone(settings) ? settings : null
}

const burstAlone = (path: string): ConfigurationError =>
  new ConfigurationError(LIMITS_FILE, `has ${path}.rate_burst and no rate`, `${path}.rate_rps too, or neither`)

/** What one request of a tenant may hold. */
export function boundsConfiguration(file: LimitsFile): (tenant: string) => RequestBounds {
  const everyone = boundsOver(contractBounds, file.default)
  const tenants = new Map([...file.tenants].map(([tenant, own]) => [tenant, boundsOver(everyone, own)]))
  return (tenant) => tenants.get(tenant) ?? everyone
}

const boundsOver = (bounds: RequestBounds, stated: StatedLimits): RequestBounds =>
  Object.freeze({
    metadataBytes: stated.metadata_bytes ?? bounds.metadataBytes,
    tags: stated.tags ?? bounds.tags,
    links: stated.links ?? bounds.links,
    filterDepth: stated.filter_depth ?? bounds.filterDepth,
    batchItems: stated.batch_items ?? bounds.batchItems,
    k: stated.k ?? bounds.k,
    page: stated.page ?? bounds.page,
  })

/** What settings and file say of all tenants. Which of two would hold can only be guessed, so it is said once. */
function statedOfAll(values: ReadonlyMap<string, string>, ofFile: StatedLimits): StatedLimits {
  const stated: Record<string, number> = { ...ofFile }
  for (const [name, { setting, least }] of Object.entries<TenantLimitField>(tenantLimitFields)) {
    const text = setting === undefined ? undefined : values.get(setting)
    if (setting === undefined || text === undefined) continue
    if (Object.hasOwn(ofFile, name)) {
      throw new ConfigurationError(
        setting,
        `is given twice, also as default.${name} of ${LIMITS_FILE}`,
        'one of the two',
      )
    }
    stated[name] = wholeLimit(setting, text, least)
  }
  return stated
}

function wholeLimit(name: string, text: string, least: number): number {
  const value = Number(text)
  if (/^\d{1,9}$/.test(text) && value >= least) return value
  const orNone = least === 0 ? ', or 0 for no limit' : ''
  throw new ConfigurationError(name, `is "${text}"`, `a whole number from 1 to ${MOST_COUNTED}${orNone}`)
}

const orNoLimit = (stated: number | undefined, otherwise: number | null): number | null =>
  stated === undefined ? otherwise : stated === 0 ? null : stated

const limitOver = (limit: TenantLimit, stated: StatedLimits, withoutRate: () => ConfigurationError): TenantLimit => ({
  requests: rateOver(limit.requests, stated, withoutRate),
  memoriesPerDay: orNoLimit(stated.daily_memories, limit.memoriesPerDay),
  namespaces: orNoLimit(stated.namespaces, limit.namespaces),
})

function rateOver(
  rate: Rate | null,
  { rate_rps: stated, rate_burst: burst }: StatedLimits,
  withoutRate: () => ConfigurationError,
): Rate | null {
  const perSecond = orNoLimit(stated, rate?.perSecond ?? null)
  if (perSecond === null) {
    // Turned off, a rate may leave its burst behind.
    if (burst !== undefined && stated !== 0) throw withoutRate()
    return null
  }
  const inherited = stated === undefined ? rate?.burst : undefined
  return { perSecond, burst: burst ?? inherited ?? Math.max(1, Math.ceil(perSecond * BURST_SECONDS)) }
}
