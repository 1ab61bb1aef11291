import type { Role } from '../identity.ts'
import type { Action } from './action.ts'

const reading = ['recall', 'plan', 'list', 'read'] as const
const writing = ['remember', 'forget', 'restore', 'link', 'unlink', 'feedback'] as const

/**
 * What each role may do; what does not stand here is denied. A credential with several roles may do what any of them may.
 *
 * - `writer` does not read: what only takes notes need not be able to tell them.
 * - `admin` is the tenant's data controller: it also exports, erases and configures. It does not read the audit, whose
 *   first subject it is.
 * - `auditor` sees that something happened, never what was said.
 */
export const roleMatrix: Readonly<Record<Role, ReadonlySet<Action>>> = {
  reader: new Set(reading),
  writer: new Set(writing),
  admin: new Set([...reading, ...writing, 'configure', 'export', 'erase', 'receipt', 'metrics']),
  auditor: new Set(['audit', 'receipt', 'metrics']),
}

/** The roles that may do `action`. */
export const rolesThatMay = (action: Action): readonly Role[] =>
  (Object.keys(roleMatrix) as Role[]).filter((role) => roleMatrix[role].has(action))
