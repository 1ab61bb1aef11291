import test from 'ava'
import fc from 'fast-check'
import type { Column } from '../../../infra/postgres/long-term/column.ts'
import { copyRows } from '../../../infra/postgres/long-term/copy-rows.ts'
import { createPostgresPool } from '../../../infra/postgres/postgres-pool.ts'
import { queryRows } from '../../../infra/postgres/row-query.ts'
import { propertyRuns } from '../../support/property-runs.ts'
import { missingParts, realParts } from '../../support/real-parts.ts'
import { type AnyRow, anyRow, asRead } from './any-row.ts'

const COLUMNS: ReadonlyArray<Column<AnyRow>> = [
  { name: 'a', type: 'int8', of: (row) => row.int8 },
  { name: 'b', type: 'int4', of: (row) => row.int4 },
  { name: 'c', type: 'uuid', of: (row) => row.uuid },
  { name: 'd', type: 'bytea', of: (row) => row.bytea },
  { name: 'e', type: 'text', of: (row) => row.text },
  { name: 'f', type: 'bool', of: (row) => row.bool },
]

const missing = await missingParts('postgres')
if (missing === null) {
  const pool = createPostgresPool({ dsn: realParts.postgres, applicationName: 'test-copy', max: 3 })
  test.after.always(() => pool.end())

  test('Postgres copies rows of any values as they were, nulls and none at all too', async (t) => {
    const client = await pool.connect()
    t.teardown(() => client.release())
    await client.query('create temporary table copied (a int8, b int4, c uuid, d bytea, e text, f bool)')
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { maxLength: 20 }), fc.integer({ min: 1, max: 4_096 }), async (rows, bytes) => {
        await client.query('truncate copied')
        await copyRows(client, 'copied', COLUMNS, rows, bytes)
        const read = await queryRows(client, { name: 'copied', text: 'select * from copied order by ctid' }, [])
        t.deepEqual(read, rows.map(asRead))
      }),
      { numRuns: propertyRuns(100) },
    )
  })

  test('a copy that the server refuses rejects with its reason, and the connection goes on', async (t) => {
    const client = await pool.connect()
    t.teardown(() => client.release())
    await client.query('create temporary table narrow (a int8 check (a > 0))')
    const copy = copyRows(client, 'narrow', [{ name: 'a', type: 'int8', of: (row: number) => row }], [1, -1], 64)
    await t.throwsAsync(copy, { message: /narrow_a_check/ })
    t.deepEqual(await queryRows(client, { name: 'narrow', text: 'select count(*) from narrow' }, []), [['0']])
  })

  test('a row that cannot be written rejects, though others were sent already, and the connection goes on', async (t) => {
    const client = await pool.connect()
    t.teardown(() => client.release())
    await client.query('create temporary table ids (a uuid)')
    const ids = Array.from({ length: 2_000 }, (_, i) => (i === 1_999 ? 'no id' : crypto.randomUUID()))
    const copy = copyRows(client, 'ids', [{ name: 'a', type: 'uuid', of: (id: string) => id }], ids, 64)
    await t.throwsAsync(copy, { instanceOf: RangeError, message: /"no id"/ })
    t.deepEqual(await queryRows(client, { name: 'ids', text: 'select count(*) from ids' }, []), [['0']])
  })
} else {
  test.skip(`Postgres copies: ${missing}`, (t) => t.pass())
}
