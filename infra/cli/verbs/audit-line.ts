import { INSTANT_EXPECTED, parseInstant } from '../../../domain/instant.ts'

export type AuditTask =
  | {
      readonly action: 'replay'
      /** Begin behind the last anchors before this instant (milliseconds); `null`: at the first records. */
      readonly since: number | null
      /** Files of public keys to trust besides the configured signing key. */
      readonly publicKeyFiles: readonly string[]
      readonly asJson: boolean
    }
  /** `before`: milliseconds. */
  | { readonly action: 'trim'; readonly before: number; readonly isConfirmed: boolean }
  /** What belongs to no tenant. `since` (included) and `before`: milliseconds, `null`: all of it. */
  | {
      readonly action: 'list'
      readonly since: number | null
      readonly before: number | null
      readonly count: number
      readonly asJson: boolean
    }
  | { readonly action: 'key' }

export interface AuditValues {
  readonly since?: string | undefined
  readonly before?: string | undefined
  readonly 'public-key'?: readonly string[] | undefined
  readonly json?: boolean | undefined
  readonly yes?: boolean | undefined
  readonly unattributed?: boolean | undefined
  readonly k?: string | undefined
}

/** Throws a RangeError that says what is wrong. */
export function auditTask([action, ...rest]: readonly string[], values: AuditValues): AuditTask {
  if (rest.length > 0) throw new RangeError(`audit ${action} takes options only, not "${rest[0]}"`)
  switch (action) {
    case 'replay':
      return {
        action,
        since: values.since === undefined ? null : instantOf('since', values.since),
        publicKeyFiles: values['public-key'] ?? [],
        asJson: values.json ?? false,
      }
    case 'trim':
      if (values.before === undefined) throw new RangeError('audit trim needs --before: what was anchored earlier goes')
      return { action, before: instantOf('before', values.before), isConfirmed: values.yes ?? false }
    case 'list':
      return listTask(values)
    case 'key':
      return { action }
    default:
      throw new RangeError('audit needs one of replay, list, trim, key')
  }
}

const DEFAULT_COUNT = 50
const MOST = 100_000

function listTask({ since, before, k, json, unattributed }: AuditValues): AuditTask {
  if (unattributed !== true) {
    const instead = 'what belongs to a tenant is for its auditor (GET /audit)'
    throw new RangeError(`audit list needs --unattributed, for what belongs to no tenant; ${instead}`)
  }
  const count = k === undefined ? DEFAULT_COUNT : Number(k)
  if (!Number.isInteger(count) || count < 1 || count > MOST) {
    throw new RangeError(`-k is no whole number from 1 to ${MOST}: "${k}"`)
  }
  return {
    action: 'list',
    since: since === undefined ? null : instantOf('since', since),
    before: before === undefined ? null : instantOf('before', before),
    count,
    asJson: json ?? false,
  }
}

/** A day begins at midnight UTC. */
function instantOf(name: string, text: string): number {
  const instant = parseInstant(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text)
  if (instant !== null) return instant
  throw new RangeError(`--${name} is no day such as 2026-03-01, nor ${INSTANT_EXPECTED}: "${text}"`)
}
