import type { Pool } from 'pg'
import { type Parameter, queryRows, type RawColumn, type Statement } from './row-query.ts'

/** Until the transaction ends: the role that sees one tenant, and the tenant. */
const FENCE: Statement = {
  name: 'somabrain-fence',
  text: `select set_config('role', 'somabrain_query', true), set_config('somabrain.tenant', $1, true)`,
}

/**
 * As `queryRows`, behind the fence of migration 0004: Postgres itself holds back the rows of every other tenant, whatever the
 * statement asks for. All of it is local to one transaction, so nothing is left on a connection that another tenant's
 * request, or a pooler between, uses next. On a pool that is `pipelined` it takes one round trip, as without the fence.
 */
export async function queryTenantRows(
  pool: Pool,
  tenant: string,
  statement: Statement,
  values: readonly Parameter[],
): Promise<readonly RawColumn[][]> {
  const client = await pool.connect()
  try {
    // Rows count only when all four did what they should: had the fence failed, the rows would be thrown away with it.
    const steps = [
      () => client.query('begin read only'),
      () => queryRows(client, FENCE, [tenant]),
      () => queryRows(client, statement, values),
      () => client.query('commit'),
    ] as const
    const [, , rows] = client.pipeline
      ? await Promise.all([steps[0](), steps[1](), steps[2](), steps[3]()])
      : [await steps[0](), await steps[1](), await steps[2](), await steps[3]()]
    client.release()
    return rows
  } catch (error) {
    client.release(error as Error)
    throw error
  }
}
