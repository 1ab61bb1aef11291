import type { Pool, PoolClient } from 'pg'

/** Of the pools whose connections end at a pooler: what each of their transactions begins with, as a select list. */
const localSettings = new WeakMap<Pool | PoolClient, string>()

/**
 * Marks a pool whose connections end at a pooler in transaction mode. It hands each transaction another connection of the
 * server, so nothing may belong to a session: statements have no names, and settings are made in each transaction, for it
 * alone. The values are this code's, never a caller's.
 */
export function setInTransactions(pool: Pool, settings: Readonly<Record<string, string>>): void {
  const list = Object.entries(settings).map(([name, value]) => `set_config('${name}', '${value}', true)`)
  localSettings.set(pool, list.join(', '))
}

/** What a transaction of the pool has to select first; `null`: its sessions have their settings already. */
export const settingsOfTransactions = (pool: Pool | PoolClient): string | null => localSettings.get(pool) ?? null

/**
 * A connection for work that needs a session of its own: a lock that is the session's, prepared statements, settings.
 * Rejects where a pooler is between: whoever comes next would have them.
 */
export async function connectSession(pool: Pool): Promise<PoolClient> {
  if (localSettings.has(pool)) throw new Error('What needs a session of its own does not go through a pooler')
  return pool.connect()
}
