import { readFileSync } from 'node:fs'
import { isName } from '../../domain/names.ts'
import { type TenantLimitField, type TenantLimitName, tenantLimitFields } from '../limits/tenant-limit-fields.ts'
import { ConfigurationError } from './configuration-error.ts'

export const LIMITS_FILE = 'SOMABRAIN_LIMITS_FILE'

/** What the file says of one tenant, or of all. */
export type StatedLimits = Readonly<Partial<Record<TenantLimitName, number>>>

export interface LimitsFile {
  /** Of every tenant. */
  readonly default: StatedLimits
  /** Of those that are named, in the place of what is said of every tenant. */
  readonly tenants: ReadonlyMap<string, StatedLimits>
}

/** The limits of a file, `null`: nothing is said. Throws a `ConfigurationError` that names the field at fault. */
export function readLimitsFile(path: string | undefined): LimitsFile {
  if (path === undefined) return { default: {}, tenants: new Map() }
  const { default: everyone = {}, tenants = {}, ...others } = objectIn(parsed(path), 'the file')
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw refused(`has ${unknown}, which is not known`, 'default and tenants')
  return {
    default: statedIn(everyone, 'default'),
    tenants: new Map(
      Object.entries(objectIn(tenants, 'tenants')).map(([tenant, limits]) => {
        if (!isName(tenant))
          throw refused(`has tenants.${tenant}, which is no name of a tenant`, 'letters, digits, . _ -')
        return [tenant, statedIn(limits, `tenants.${tenant}`)]
      }),
    ),
  }
}

const refused = (problem: string, expected: string): ConfigurationError =>
  new ConfigurationError(LIMITS_FILE, problem, expected)

function parsed(path: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw refused(`cannot be read: ${(error as Error).message}`, 'a readable file')
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw refused(`is not JSON: ${(error as Error).message}`, '{"default": {…}, "tenants": {"name": {…}}}')
  }
}

function objectIn(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw refused(`has no object where ${path} is`, 'a JSON object')
}

function statedIn(value: unknown, path: string): StatedLimits {
  const stated = objectIn(value, path)
  for (const [name, limit] of Object.entries(stated)) {
    if (!Object.hasOwn(tenantLimitFields, name)) {
      throw refused(`has ${path}.${name}, which is not known`, `one of ${Object.keys(tenantLimitFields).join(', ')}`)
    }
    const { least, most, zero }: TenantLimitField = tenantLimitFields[name as TenantLimitName]
    if (Number.isInteger(limit) && (limit as number) >= least && (limit as number) <= most) continue
    const range = `a whole number from ${least} to ${most}${zero === undefined ? '' : ', 0 for no limit'}`
    throw refused(`has ${path}.${name} as ${JSON.stringify(limit)}`, range)
  }
  return stated as StatedLimits
}
