import { isPrincipal, isRole, ROLES, type Role } from '../../../domain/identity.ts'
import { isName } from '../../../domain/names.ts'

export type TokensTask =
  | {
      readonly action: 'create'
      readonly tenant: string
      /** `null`: named after the token. */
      readonly principal: string | null
      readonly roles: readonly Role[]
      /** `null`: all of the tenant's. */
      readonly namespaces: readonly string[] | null
      /** Milliseconds from now; `null`: never expires. */
      readonly lifetimeMs: number | null
    }
  /** `tenant` `null`: of all. */
  | { readonly action: 'list'; readonly tenant: string | null; readonly asJson: boolean }
  | { readonly action: 'revoke'; readonly ids: readonly string[] }

export interface TokensValues {
  readonly tenant?: string | undefined
  readonly principal?: string | undefined
  readonly role?: readonly string[] | undefined
  readonly namespace?: string | undefined
  readonly expires?: string | undefined
  readonly json?: boolean | undefined
}

const DEFAULT_LIFETIME = '90d'
const UNIT_MS = { h: 3_600_000, d: 86_400_000, y: 365 * 86_400_000 } as const
const LONGEST_MS = 100 * UNIT_MS.y

/** Throws a RangeError that says what is wrong. */
export function tokensTask(words: readonly string[], values: TokensValues): TokensTask {
  const [action, ...rest] = words
  switch (action) {
    case 'create':
      if (rest.length > 0) throw new RangeError(`tokens create takes options only, not "${rest[0]}"`)
      return {
        action,
        tenant: name('tenant', values.tenant ?? 'default'),
        principal: principal(values.principal),
        roles: roles(values.role ?? []),
        namespaces:
          values.namespace === undefined ? null : listed(values.namespace).map((one) => name('namespace', one)),
        lifetimeMs: lifetime(values.expires ?? DEFAULT_LIFETIME),
      }
    case 'list':
      if (rest.length > 0) throw new RangeError('tokens list takes no ids')
      return {
        action,
        tenant: values.tenant === undefined ? null : name('tenant', values.tenant),
        asJson: values.json === true,
      }
    case 'revoke':
      if (rest.length === 0) throw new RangeError('tokens revoke needs ids, as tokens list shows them')
      return { action, ids: rest.map(id) }
    default:
      throw new RangeError('tokens needs one of create, list, revoke')
  }
}

const listed = (text: string): readonly string[] => text.split(',').map((one) => one.trim())

function name(option: string, text: string): string {
  if (isName(text)) return text
  throw new RangeError(`--${option} must be 1 to 128 letters, digits, dots, underscores and hyphens, not "${text}"`)
}

function principal(text: string | undefined): string | null {
  if (text === undefined) return null
  if (isPrincipal(text)) return text
  throw new RangeError('--principal must be 1 to 256 characters without control characters')
}

/** There is no default: what a token may do is for whoever makes it to say. */
function roles(given: readonly string[]): readonly Role[] {
  const asked = given.flatMap(listed)
  if (asked.length === 0) throw new RangeError(`tokens create needs --role, one or more of ${ROLES.join(', ')}`)
  const unknown = asked.find((role) => !isRole(role))
  if (unknown !== undefined) throw new RangeError(`--role must be one of ${ROLES.join(', ')}, not "${unknown}"`)
  return ROLES.filter((role) => asked.includes(role))
}

function lifetime(text: string): number | null {
  if (text === 'never') return null
  const [, count, unit] = /^([1-9]\d{0,4})([hdy])$/.exec(text) ?? []
  const milliseconds = Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS]
  if (milliseconds <= LONGEST_MS) return milliseconds
  throw new RangeError(`--expires must be such as 12h, 90d, 1y or never, not "${text}"`)
}

/** A token in place of its id would be a mistake, and would stand in the history of the shell. */
function id(text: string): string {
  if (/^[0-9a-f]{16}$/.test(text)) return text
  throw new RangeError('tokens revoke needs ids of 16 hex digits, as tokens list shows them, not the tokens')
}
