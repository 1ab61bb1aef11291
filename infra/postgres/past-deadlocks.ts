const DEADLOCK = '40P01'
const TRIES = 5

/**
 * Runs a transaction again that Postgres has ended because it and another waited for each other: nothing of it was done.
 * For what alters tables that others read and write meanwhile, whose locks no one order can be asked of.
 */
export async function pastDeadlocks<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction()
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== DEADLOCK || attempt === TRIES) throw error
    }
  }
}
