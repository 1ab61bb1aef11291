import type { DatabaseSync } from 'node:sqlite'
import { type Scope, scopeKey } from '../../../domain/names.ts'

/** Scopes and their numbers. Numbers are given once and never change, so both ways are remembered. */
export interface ScopeTable {
  /** `null` when nothing was ever folded for the scope. */
  numberOf(scope: Scope): number | null
  /** Gives the scope a number when it has none: within the caller's write transaction. */
  assign(scope: Scope): number
  scopeOf(number: number): Scope
  /** Forgets what is remembered: numbers that a transaction gave are void when it is rolled back. */
  forget(): void
}

export function scopeTable(database: DatabaseSync): ScopeTable {
  const byName = database.prepare('select scope from scopes where tenant = ? and namespace = ?')
  const byNumber = database.prepare('select tenant, namespace from scopes where scope = ?')
  const numbers = new Map<string, number>()
  const scopes = new Map<number, Scope>()

  const numberOf = (scope: Scope): number | null => {
    const known = numbers.get(scopeKey(scope))
    if (known !== undefined) return known
    const row = byName.get(scope.tenant, scope.namespace)
    if (row === undefined) return null
    const number = Number(row.scope)
    numbers.set(scopeKey(scope), number)
    return number
  }
  return {
    numberOf,
    assign(scope) {
      const known = numberOf(scope)
      if (known !== null) return known
      // Prepared here because it happens once in a namespace's life, and readers have no use for it.
      const insert = database.prepare('insert into scopes (tenant, namespace) values (?, ?)')
      const number = Number(insert.run(scope.tenant, scope.namespace).lastInsertRowid)
      numbers.set(scopeKey(scope), number)
      return number
    },
    scopeOf(number) {
      const known = scopes.get(number)
      if (known !== undefined) return known
      const row = byNumber.get(number)
      if (row === undefined) throw new Error(`scope ${number} does not exist`)
      const scope = { tenant: String(row.tenant), namespace: String(row.namespace) }
      scopes.set(number, scope)
      return scope
    },
    forget() {
      numbers.clear()
      scopes.clear()
    },
  }
}
