import type { Pool } from 'pg'
import { settingsOfTransactions } from './pooler.ts'
import { type Parameter, queryBehind, type RawColumn, type Statement } from './row-query.ts'

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
export function queryTenantRows(
  pool: Pool,
  tenant: string,
  statement: Statement,
  values: readonly Parameter[],
): Promise<readonly RawColumn[][]> {
  const settings = settingsOfTransactions(pool)
  const fence = settings === null ? FENCE : { ...FENCE, text: `${FENCE.text}, ${settings}` }
  return queryBehind(pool, { statement: fence, values: [tenant] }, { statement, values })
}
