import type { LimitSettings } from '../limits/limit-settings.ts'
import { ConfigurationError } from './configuration-error.ts'

/** In the modes that are not for development, where nothing else is said. */
const DEFAULTS = { perSecond: 100, memoriesPerDay: 50_000, namespaces: 1_000 }
/** A burst of two seconds of the rate, where nothing else is said. */
const BURST_SECONDS = 2
const OFF = '0'

/**
 * The limits of tenants; `null`: nothing is limited, as in development where none is set. `0` turns one off. Throws a
 * `ConfigurationError` that names the setting at fault.
 */
export function limitsConfiguration(values: ReadonlyMap<string, string>, development: boolean): LimitSettings | null {
  const given = (name: string, fallback: number): number | null => {
    const text = values.get(name)
    if (text === OFF) return null
    return text === undefined ? (development ? null : fallback) : positive(name, text)
  }
  const perSecond = given('SOMABRAIN_RATE_RPS', DEFAULTS.perSecond)
  const memoriesPerDay = given('SOMABRAIN_WRITE_DAILY_LIMIT', DEFAULTS.memoriesPerDay)
  const namespaces = given('SOMABRAIN_NAMESPACE_LIMIT', DEFAULTS.namespaces)
  const burst = values.get('SOMABRAIN_RATE_BURST')
  if (perSecond === null) {
    if (burst !== undefined && values.get('SOMABRAIN_RATE_RPS') !== OFF) {
      throw new ConfigurationError('SOMABRAIN_RATE_RPS', 'is not set, and SOMABRAIN_RATE_BURST is', 'both or neither')
    }
    return memoriesPerDay === null && namespaces === null ? null : { requests: null, memoriesPerDay, namespaces }
  }
  const requests = {
    perSecond,
    burst:
      burst === undefined ? Math.max(1, Math.ceil(perSecond * BURST_SECONDS)) : positive('SOMABRAIN_RATE_BURST', burst),
  }
  return { requests, memoriesPerDay, namespaces }
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (/^\d{1,9}$/.test(text) && value >= 1) return value
  throw new ConfigurationError(name, `is "${text}"`, 'a whole number from 1 to 999999999, or 0 for no limit')
}
