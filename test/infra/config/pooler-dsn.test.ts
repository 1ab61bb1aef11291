import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { readConfiguration } from '../../../infra/config/configuration.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const cluster = {
  SOMABRAIN_KAFKA_URL: 'kafka://a:9092',
  SOMABRAIN_SCHEMA_REGISTRY_URL: 'http://a',
  SOMABRAIN_POSTGRES_DSN: 'postgresql://a/memory',
  SOMABRAIN_REDIS_URL: 'redis://a',
}

test('a pooler is beside the Postgres of a cluster, and there is none unless one is named', (t) => {
  t.is(readConfiguration(cluster).cluster?.postgresPoolerDsn, null)
  const file = join(temporaryFolder(t), 'dsn')
  writeFileSync(file, 'postgresql://pooler/memory\n')
  for (const given of [
    { SOMABRAIN_POSTGRES_POOLER_DSN: 'postgresql://pooler/memory' },
    { SOMABRAIN_POSTGRES_POOLER_DSN_FILE: file },
  ]) {
    const found = readConfiguration({ ...cluster, ...given })
    t.is(found.cluster?.postgresPoolerDsn, 'postgresql://pooler/memory')
    t.is(found.cluster?.postgresDsn, 'postgresql://a/memory')
    t.deepEqual(found.notices, [])
  }
})

for (const [what, environment, message] of [
  ['that is none', { ...cluster, SOMABRAIN_POSTGRES_POOLER_DSN: 'http://x' }, /POOLER_DSN is not valid/],
  [
    'with options of a session, of which it would keep none',
    { ...cluster, SOMABRAIN_POSTGRES_POOLER_DSN: 'postgresql://a/b?options=-c%20work_mem%3D1MB' },
    /POOLER_DSN has `options`/,
  ],
  ['in front of no Postgres', { SOMABRAIN_POSTGRES_POOLER_DSN: 'postgresql://a/b' }, /no backing service is named/],
] as const) {
  test(`a pooler ${what} is refused by name`, (t) => {
    t.throws(() => readConfiguration(environment), { message })
  })
}
