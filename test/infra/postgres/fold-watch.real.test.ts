import assert from 'node:assert/strict'
import test from 'ava'
import { PostgresFoldWatch } from '../../../infra/postgres/fold-watch.ts'
import { PostgresLongTermStore } from '../../../infra/postgres/postgres-long-term-store.ts'
import { createPostgresPool, READ_SETTINGS } from '../../../infra/postgres/postgres-pool.ts'
import type { ProjectionBuild } from '../../../infra/postgres/projection-builds.ts'
import { checkpointAt, PARTITION, remembered } from '../../contract/long-term-rows.ts'
import { eventually } from '../../support/eventually.ts'
import { missingParts } from '../../support/real-parts.ts'
import { startTcpProxy } from '../../support/tcp-proxy.ts'
import { type TemporaryDatabase, temporaryDatabase } from './temporary-database.ts'

const LONG_MS = 60_000

const missing = await missingParts('postgres')
if (missing === null) {
  const database = await temporaryDatabase()
  test.after.always(() => database.drop())
  registerTests(database)
} else {
  test.skip(`Postgres fold watch: ${missing}`, (t) => t.pass())
}

function registerTests(database: TemporaryDatabase): void {
  const watched = async () => {
    const current = await database.newBuild()
    return { current, watch: new PostgresFoldWatch(database.read, { current }) }
  }

  test('who waits for an offset is told when it is folded, and not before', async (t) => {
    const { current, watch } = await watched()
    t.teardown(() => watch.close())
    watch.start()
    t.is(watch.folded(PARTITION), -1)
    let told = false
    const waiting = watch.waitForFold(PARTITION, 1, LONG_MS).then((folded) => {
      told = folded
    })
    await foldTo(database, current, 0)
    await eventually(() => assert.equal(watch.folded(PARTITION), 0))
    t.false(told)
    await foldTo(database, current, 1)
    await waiting
    t.true(told)
    t.true(await watch.waitForFold(PARTITION, 1, 0))
  })

  test('waiting ends with false when its time is up, and when the watch is closed', async (t) => {
    const { watch } = await watched()
    watch.start()
    t.false(await watch.waitForFold(PARTITION, 0, 30))
    const waiting = watch.waitForFold(PARTITION, 0, LONG_MS)
    watch.close()
    t.false(await waiting)
    t.false(await watch.waitForFold(PARTITION, 0, LONG_MS))
  })

  test('however many wait, one connection looks for all of them', async (t) => {
    const pool = createPostgresPool({ dsn: database.dsn, applicationName: 'watch', settings: READ_SETTINGS })
    t.teardown(() => pool.end())
    const current = await database.newBuild()
    const watch = new PostgresFoldWatch(pool, { current })
    t.teardown(() => watch.close())
    watch.start()
    const waiting = Array.from({ length: 500 }, (_, i) => watch.waitForFold(PARTITION, i % 5, LONG_MS))
    for (let offset = 0; offset < 5; offset += 1) await foldTo(database, current, offset)
    t.true((await Promise.all(waiting)).every((folded) => folded))
    t.is(pool.totalCount, 1)
  })

  test('an outage of Postgres is waited through', async (t) => {
    const url = new URL(database.dsn)
    const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) })
    t.teardown(() => proxy.close())
    url.port = String(proxy.port)
    const pool = createPostgresPool({ dsn: url.href, applicationName: 'watch', statementTimeoutMs: 200 })
    t.teardown(() => pool.end())
    const current = await database.newBuild()
    const errors: Error[] = []
    const watch = new PostgresFoldWatch(pool, { current }, { onError: (error) => errors.push(error) })
    t.teardown(() => watch.close())
    watch.start()
    const waiting = watch.waitForFold(PARTITION, 0, LONG_MS)
    proxy.cut()
    proxy.silence()
    await eventually(() => assert(errors.length > 0))
    await foldTo(database, current, 0)
    proxy.resume()
    t.true(await waiting)
  })
}

async function foldTo(database: TemporaryDatabase, build: ProjectionBuild, offset: number): Promise<void> {
  const store = new PostgresLongTermStore(database.fold, build)
  const from = await store.checkpoint(PARTITION)
  const move = await store.move(PARTITION, from, checkpointAt(from, offset), remembered([offset]))
  if (move.outcome !== 'moved') throw new Error(`the store answered ${move.outcome}`)
}
