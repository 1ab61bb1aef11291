/** What a request does, as roles and policies speak of it. */
export const actions = [
  'remember',
  'forget',
  'restore',
  'link',
  'unlink',
  'feedback',
  'configure',
  'recall',
  'plan',
  'list',
  'read',
  'export',
  'erase',
  'receipt',
  'audit',
  'metrics',
] as const

export type Action = (typeof actions)[number]

const ofTheWholeTenant: ReadonlySet<Action> = new Set(['export', 'erase', 'receipt', 'audit', 'metrics'])

/**
 * Whether an action that names no namespace is about all of them. The others then name a memory, and whoever answers finds
 * its namespace and treats one that is not the credential's as absent.
 */
export const concernsWholeTenant = (action: Action): boolean => ofTheWholeTenant.has(action)
