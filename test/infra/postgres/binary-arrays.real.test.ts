import test from 'ava'
import fc from 'fast-check'
import {
  boolArray,
  byteaArray,
  int4Array,
  int8Array,
  textArray,
  uuidArray,
} from '../../../infra/postgres/binary-arrays.ts'
import { createPostgresPool } from '../../../infra/postgres/postgres-pool.ts'
import { queryRows } from '../../../infra/postgres/row-query.ts'
import { propertyRuns } from '../../support/property-runs.ts'
import { missingParts, realParts } from '../../support/real-parts.ts'
import { anyRow, asRead } from './any-row.ts'

const missing = await missingParts('postgres')
if (missing === null) {
  const pool = createPostgresPool({ dsn: realParts.postgres, applicationName: 'test-arrays', max: 1 })
  test.after.always(() => pool.end())

  test('Postgres reads an array of any values as they were, nulls and none at all too', async (t) => {
    const text = `select * from unnest($1::int8[], $2::int4[], $3::uuid[], $4::bytea[], $5::text[], $6::bool[])`
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { maxLength: 20 }), async (rows) => {
        const read = await queryRows(pool, { name: 'arrays', text }, [
          int8Array(rows.map(({ int8 }) => int8)),
          int4Array(rows.map(({ int4 }) => int4)),
          uuidArray(rows.map(({ uuid }) => uuid)),
          byteaArray(rows.map(({ bytea }) => bytea)),
          textArray(rows.map((each) => each.text)),
          boolArray(rows.map(({ bool }) => bool)),
        ])
        t.deepEqual(read, rows.map(asRead))
      }),
      { numRuns: propertyRuns(100) },
    )
  })
} else {
  test.skip(`Postgres arrays: ${missing}`, (t) => t.pass())
}
