/** What a request does, as roles and policies speak of it; `write`: the log itself has a record of it. */
const kinds = {
  remember: 'write',
  forget: 'write',
  restore: 'write',
  link: 'write',
  unlink: 'write',
  feedback: 'write',
  configure: 'write',
  recall: 'other',
  plan: 'other',
  list: 'other',
  read: 'other',
  export: 'other',
  erase: 'write',
  receipt: 'other',
  audit: 'other',
  metrics: 'other',
} as const

export type Action = keyof typeof kinds

export const actions = Object.keys(kinds) as readonly Action[]

/** Whether what was done stands in the log. What is no action is no write. */
export const isWrite = (action: string): boolean => Object.hasOwn(kinds, action) && kinds[action as Action] === 'write'

const ofTheWholeTenant: ReadonlySet<Action> = new Set(['export', 'erase', 'receipt', 'audit', 'metrics'])

/**
 * Whether an action that names no namespace is about all of them. The others then name a memory, and whoever answers finds
 * its namespace and treats one that is not the credential's as absent.
 */
export const concernsWholeTenant = (action: Action): boolean => ofTheWholeTenant.has(action)
