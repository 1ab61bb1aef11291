import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import type { Pool } from 'pg'
import type { Checkpoint } from '../../../domain/checkpoint.ts'
import { countRows } from '../../../infra/postgres/long-term/count-rows.ts'
import { PostgresLongTermStore } from '../../../infra/postgres/postgres-long-term-store.ts'
import { createPostgresPool, endPostgresPool, FOLD_SETTINGS } from '../../../infra/postgres/postgres-pool.ts'
import type { ProjectionBuild } from '../../../infra/postgres/projection-builds.ts'
import type { LongTermStore } from '../../../projections/ports/long-term-store.ts'
import { checkpointAt, PARTITION, remembered } from '../../contract/long-term-rows.ts'
import { eventually } from '../../support/eventually.ts'
import { missingParts } from '../../support/real-parts.ts'
import { startTcpProxy } from '../../support/tcp-proxy.ts'
import { type TemporaryDatabase, temporaryDatabase } from './temporary-database.ts'
import { WAYS_OF_WRITING } from './ways-of-writing.ts'

/** What waits for others must not be given up before a busy machine has brought them all. */
const PATIENT_MS = 30_000
/** Long enough for some batches to go through, short enough to hit others halfway. */
const CUT_EVERY_MS = 40
const FAULTS = 8
/** A copy that is held up takes half as long, and may take as long as this. */
const COPY_MS = 5_000

const missing = await missingParts('postgres')
if (missing === null) {
  const database = await temporaryDatabase()
  test.after.always(() => database.drop())
  for (const way of WAYS_OF_WRITING) registerMoves(database, way)
  registerCopies(database)
  registerPools(database)
} else {
  test.skip(`Postgres faults: ${missing}`, (t) => t.pass())
}

function registerMoves(database: TemporaryDatabase, { name, copyFrom }: (typeof WAYS_OF_WRITING)[number]): void {
  test(`of movers that wait for each other at the checkpoint exactly one moves: rows ${name}`, async (t) => {
    const build = await database.newBuild()
    const stores = [1, 2, 3].map(
      (n) =>
        new PostgresLongTermStore(anotherPool(t, database, `racer-${build.build}-${n}`, PATIENT_MS), build, copyFrom),
    )
    const none = await stores[0]!.checkpoint(PARTITION)
    const unlock = await lockCheckpoint(t, database, build)
    const moves = stores.map((store) => store.move(PARTITION, none, checkpointAt(none, 0), remembered([0])))
    await waitingForLock(database, `racer-${build.build}-%`, stores.length)
    await unlock()
    const outcomes = (await Promise.all(moves)).map(({ outcome }) => outcome)
    t.deepEqual(outcomes.toSorted(), ['already-applied', 'already-applied', 'moved'])
    t.is((await countRows(database.read, { current: build })).memories, 1)
  })

  test(`a zombie that wakes while its successor folds on changes nothing: rows ${name}`, async (t) => {
    const build = await database.newBuild()
    const [zombie, owner] = [1, 2].map(
      (n) => new PostgresLongTermStore(anotherPool(t, database, `zombie-${n}`, PATIENT_MS), build, copyFrom),
    )
    const none = await owner!.checkpoint(PARTITION)
    const outcomes = [zombie, owner].map(async (store, which) => {
      const moved: string[] = []
      for (let at = none; at.offset < 60; ) {
        const step = which === 0 ? 3 : 2
        const to = checkpointAt(none, at.offset + step)
        const offsets = Array.from({ length: step }, (_, i) => at.offset + 1 + i)
        const move = await store!.move(PARTITION, at, to, remembered(offsets))
        moved.push(move.outcome)
        at = move.outcome === 'moved' ? to : move.checkpoint
      }
      return moved
    })
    await Promise.all(outcomes)
    const { offset } = await owner!.checkpoint(PARTITION)
    const counts = await countRows(database.read, { current: build })
    t.deepEqual([counts.memories, counts.outcomes], [offset + 1, offset + 1])
  })

  test(`a move whose connection is terminated while it waits rejects, and nothing of it stays: rows ${name}`, async (t) => {
    const build = await database.newBuild()
    const application = `terminated-${build.build}`
    const store = new PostgresLongTermStore(anotherPool(t, database, application, PATIENT_MS), build, copyFrom)
    const none = await store.checkpoint(PARTITION)
    const unlock = await lockCheckpoint(t, database, build)
    const move = store.move(PARTITION, none, checkpointAt(none, 0), remembered([0]))
    await Promise.all([
      t.throwsAsync(move),
      waitingForLock(database, application, 1).then(() => terminate(database, application)),
    ])
    await unlock()
    t.deepEqual(await store.checkpoint(PARTITION), none)
    t.is((await countRows(database.read, { current: build })).outcomes, 0)
    t.is((await store.move(PARTITION, none, checkpointAt(none, 0), remembered([0]))).outcome, 'moved')
  })

  test(`wherever a connection is cut, a batch stands whole or not at all: rows ${name}`, async (t) => {
    const build = await database.newBuild()
    const application = `cut-${build.build}`
    const store = new PostgresLongTermStore(anotherPool(t, database, application), build, copyFrom)
    let folding = true
    const killer = (async () => {
      for (; folding; await pause(CUT_EVERY_MS)) await terminate(database, application)
    })()
    await foldThroughFaults(store, 50, FAULTS)
    folding = false
    await killer
    const { offset } = await eventually(() => store.checkpoint(PARTITION))
    const counts = await countRows(database.read, { current: build })
    t.deepEqual([counts.memories, counts.outcomes], [offset + 1, offset + 1])
    t.true(offset > 0)
  })

  test(`a Postgres that goes silent rejects what waits for it, and serves when it is back: rows ${name}`, async (t) => {
    const build = await database.newBuild()
    const url = new URL(database.dsn)
    const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) })
    t.teardown(() => proxy.close())
    url.port = String(proxy.port)
    const store = new PostgresLongTermStore(anotherPool(t, { dsn: url.href }, 'silent'), build, copyFrom)
    const none = await store.checkpoint(PARTITION)
    proxy.silence()
    await t.throwsAsync(store.move(PARTITION, none, checkpointAt(none, 0), remembered([0])))
    await t.throwsAsync(store.checkpoint(PARTITION), { message: /timeout/ })
    proxy.resume()
    // What was held back may arrive after all and move first: then this one is told so, and either way it is there once.
    const move = await eventually(() => store.move(PARTITION, none, checkpointAt(none, 0), remembered([0])))
    t.true(['moved', 'already-applied'].includes(move.outcome))
    t.deepEqual(await store.checkpoint(PARTITION), checkpointAt(none, 0))
    t.is((await countRows(database.read, { current: build })).memories, 1)
  })
}

function registerCopies(database: TemporaryDatabase): void {
  test('a Postgres that goes silent in the middle of a copy rejects the move, and nothing of it stays', async (t) => {
    const build = await database.newBuild()
    const url = new URL(database.dsn)
    const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) })
    t.teardown(() => proxy.close())
    url.port = String(proxy.port)
    const application = `copies-${build.build}`
    const store = new PostgresLongTermStore(anotherPool(t, { dsn: url.href }, application, COPY_MS), build, 1)
    const none = await store.checkpoint(PARTITION)
    await sleepBeforeOutcomes(database, build)
    const move = t.throwsAsync(store.move(PARTITION, none, checkpointAt(none, 0), remembered([0])), {
      message: /timeout/,
    })
    await copying(database, application)
    proxy.silence()
    await move
    proxy.resume()
    t.deepEqual(await store.checkpoint(PARTITION), none)
    t.is((await countRows(database.read, { current: build })).memories, 0)
    t.is((await store.move(PARTITION, none, checkpointAt(none, 0), remembered([0]))).outcome, 'moved')
  })
}

function registerPools(database: TemporaryDatabase): void {
  test('a pool ends in bounded time although the server has gone silent', async (t) => {
    const url = new URL(database.dsn)
    const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) })
    t.teardown(() => proxy.close())
    url.port = String(proxy.port)
    const pool = createPostgresPool({ dsn: url.href, applicationName: 'ends', statementTimeoutMs: 60_000 })
    await Promise.all([pool.query('select 1'), pool.query('select 2')])
    proxy.silence()
    const unanswered = t.throwsAsync(pool.query('select 3'))
    await eventually(() => assert.equal(pool.idleCount, 1))
    await endPostgresPool(pool, 100)
    await unanswered
    t.is(pool.totalCount, 0)
  })

  test('a pool that ends lets a running statement finish', async (t) => {
    const pool = createPostgresPool({ dsn: database.dsn, applicationName: 'finishes' })
    const running = pool.query('select pg_sleep(0.2), 7 as seven')
    await eventually(() => assert.equal(pool.totalCount, 1))
    await endPostgresPool(pool, 20_000)
    t.is((await running).rows[0].seven, 7)
  })

  test('idle connections that the server ends do not end the process', async (t) => {
    const lost: string[] = []
    const pool = createPostgresPool({
      dsn: database.dsn,
      applicationName: 'idle',
      onConnectionLost: (error) => lost.push(error.message),
    })
    t.teardown(() => pool.end())
    await pool.query('select 1')
    await terminate(database, 'idle')
    await eventually(() => assert(lost.length > 0))
    t.is((await pool.query('select 1 as one')).rows[0].one, 1)
  })
}

/** The server gives a statement up after `statementTimeoutMs`, the client gives a silent connection up a second later. */
function anotherPool(
  t: ExecutionContext,
  { dsn }: Pick<TemporaryDatabase, 'dsn'>,
  applicationName: string,
  statementTimeoutMs = 500,
): Pool {
  const pool = createPostgresPool({ dsn, applicationName, settings: FOLD_SETTINGS, statementTimeoutMs })
  t.teardown(() => pool.end())
  return pool
}

/** Moves `step` by `step`, going on from the stored checkpoint after each failure, until so many moves have failed. */
async function foldThroughFaults(store: LongTermStore, step: number, faults: number): Promise<void> {
  const none = await eventually(() => store.checkpoint(PARTITION))
  let at: Checkpoint = none
  for (let failed = 0; failed < faults || at.offset < 0; ) {
    const offsets = Array.from({ length: step }, (_, i) => at.offset + 1 + i)
    const to = checkpointAt(none, at.offset + step)
    try {
      const move = await store.move(PARTITION, at, to, remembered(offsets))
      at = move.outcome === 'moved' ? to : move.checkpoint
    } catch {
      // Whether it moved is not known: the store says, as it does to a projector.
      failed += 1
      at = await eventually(() => store.checkpoint(PARTITION))
    }
  }
}

/** Holds the checkpoint's row as an open transaction does; returns what lets it go, which the end of the test does at the latest. */
async function lockCheckpoint(
  t: ExecutionContext,
  database: TemporaryDatabase,
  { schema }: ProjectionBuild,
): Promise<() => Promise<void>> {
  const client = await database.fold.connect()
  let isHeld = true
  const letGo = async (): Promise<void> => {
    if (!isHeld) return
    isHeld = false
    await client.query('rollback')
    client.release()
  }
  t.teardown(letGo)
  await client.query('begin')
  await client.query(`select 1 from ${schema}.checkpoints where partition = $1 for update`, [PARTITION])
  return letGo
}

const waitingForLock = (database: TemporaryDatabase, name: string, count: number): Promise<void> =>
  eventually(async () => {
    const { rows } = await database.read.query(
      `select count(*)::int as waiting from pg_stat_activity
       where application_name like $1 and datname = current_database() and wait_event_type = 'Lock'`,
      [name],
    )
    if (rows[0].waiting !== count) throw new Error(`${rows[0].waiting} of ${count} wait`)
  })

async function terminate(database: TemporaryDatabase, name: string): Promise<void> {
  await database.read.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and datname = current_database()`,
    [name],
  )
}

/** So that a copy lasts long enough to be met halfway. */
const sleepBeforeOutcomes = (database: TemporaryDatabase, { schema }: ProjectionBuild): Promise<unknown> =>
  database.fold.query(`create function ${schema}.sleep() returns trigger language plpgsql as
      $$ begin perform pg_sleep(${COPY_MS / 2_000}); return new; end $$;
    create trigger sleeps before insert on ${schema}.outcomes for each row execute function ${schema}.sleep()`)

const copying = (database: TemporaryDatabase, application: string): Promise<void> =>
  eventually(async () => {
    const { rows } = await database.read.query(
      `select query from pg_stat_activity where application_name = $1 and state = 'active' and query like 'copy %outcomes%'`,
      [application],
    )
    assert.equal(rows.length, 1)
  })
