/** What a tenant or namespace may be called (docs/reference/formats). */
export const NAME_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$'

const name = new RegExp(NAME_PATTERN)

export const isName = (text: string): boolean => name.test(text)

/** Whose memory a command is about: everything in it has one order, because it shares one partition. */
export interface Scope {
  readonly tenant: string
  readonly namespace: string
}

/** One string for a scope, for maps. Names contain no `/`, so it is unambiguous. */
export const scopeKey = (scope: Scope): string => `${scope.tenant}/${scope.namespace}`
