import test from 'ava'
import { createPostgresPool } from '../../../infra/postgres/postgres-pool.ts'
import { queryRows } from '../../../infra/postgres/row-query.ts'

test('a timeout of a statement’s own is refused behind a pooler, whose transactions have that of the pool', async (t) => {
  const pool = createPostgresPool({
    dsn: 'postgresql://nobody@127.0.0.1:1/none',
    applicationName: 'test',
    pooler: true,
  })
  t.teardown(() => pool.end())
  const refused = { message: 'A statement behind a pooler has the timeout of its pool' }
  await t.throwsAsync(queryRows(pool, { name: 'one', text: 'select 1' }, [], 5), refused)
  t.is(pool.totalCount, 0)
})
