import type { ChainableCommander } from 'ioredis'

/** Runs what was queued on `multi()` and returns its results in order. Rejects with the first that failed. */
export async function transact(queued: ChainableCommander): Promise<readonly unknown[]> {
  const results = await queued.exec()
  if (results === null) throw new Error('Redis discarded a transaction')
  return results.map(([error, result]) => {
    if (error !== null) throw error
    return result
  })
}

/** The fields of an answer to `hgetallBuffer`. */
export function hashFields(result: unknown): ReadonlyMap<string, Buffer> {
  return new Map(Object.entries(result as Record<string, Buffer>))
}
