import test from 'ava'
import { migrations } from '../../../infra/postgres/migrate.ts'
import { missingParts } from '../../support/real-parts.ts'
import { createDatabase } from '../postgres/temporary-database.ts'
import { runVerb } from './run-verb.ts'

const missing = await missingParts('postgres')

test('embedded there is nothing to migrate', async (t) => {
  const { code, printed } = await runVerb({}, 'migrate')
  t.is(code, 2)
  t.regex(printed, /nothing to migrate/)
})

if (missing !== null) {
  test.skip(`migrating Postgres: ${missing}`, () => undefined)
} else {
  test('what is pending is said, applied once, and then pending no more', async (t) => {
    const { dsn, drop } = await createDatabase()
    t.teardown(drop)
    const migrate = (...argv: string[]) => runVerb({ SOMABRAIN_POSTGRES_DSN: dsn }, 'migrate', ...argv)
    const names = migrations().map(({ name }) => name)
    const before = await migrate('--check')
    t.is(before.code, 1)
    t.is(before.printed, names.map((name) => `pending  ${name}\n`).join(''))
    const applied = await migrate()
    t.is(applied.code, 0)
    t.true(names.every((name) => applied.printed.includes(`applied  ${name}\n`)))
    t.false((await migrate()).printed.includes('applied'))
    const after = await migrate('--check')
    t.is(after.code, 0)
    t.regex(after.printed, /no migration of this build is pending/)
  })

  test('a database that does not answer is named without its password', async (t) => {
    const dsn = 'postgresql://soma:very-secret@127.0.0.1:1/none'
    const { code, printed } = await runVerb({ SOMABRAIN_POSTGRES_DSN: dsn }, 'migrate', '--check')
    t.is(code, 1)
    t.regex(printed, /ECONNREFUSED 127\.0\.0\.1:1/)
    t.false(printed.includes('very-secret'))
  })
}
