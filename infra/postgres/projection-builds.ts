import type { Pool, PoolClient } from 'pg'
import { inTransaction } from './in-transaction.ts'
import { pastDeadlocks } from './past-deadlocks.ts'
import { quotedName } from './quoted-name.ts'
import { queryRows } from './row-query.ts'

/**
 * `building`: folds from offset 0 beside the live one. `live`: what readers follow, at most one a projection. `retired`:
 * was live; folds on, so that it can be switched back to, until it is dropped.
 */
export type BuildState = 'building' | 'live' | 'retired'

/** One fold of the whole log into a schema of its own. */
export interface ProjectionBuild {
  readonly projection: string
  /** Counts up from 1 with each build of the projection; never given twice. */
  readonly build: number
  readonly schema: string
  readonly foldVersion: number
  readonly state: BuildState
}

/** How a projection's tables are made. Both are called within a transaction, with the search path at their schema. */
export interface ProjectionTables {
  readonly projection: string
  readonly foldVersion: number
  create(client: PoolClient): Promise<void>
  /** Makes what only readers need; makes nothing when it is there. */
  finish(client: PoolClient): Promise<void>
}

const COLUMNS = 'projection, build, schema_name as schema, fold_version as "foldVersion", state'
/** Of the advisory lock under which builds are made, switched and dropped: "SBpb". */
const BUILDS_LOCK = 0x53_42_70_62

/** All builds of a projection, oldest first. */
export async function listBuilds(pool: Pool | PoolClient, projection: string): Promise<readonly ProjectionBuild[]> {
  const sql = `select ${COLUMNS} from somabrain.projection_builds where projection = $1 order by build`
  return (await pool.query<ProjectionBuild>(sql, [projection])).rows
}

/** The build that readers follow, or `null` before the first. */
export async function liveBuild(pool: Pool | PoolClient, projection: string): Promise<ProjectionBuild | null> {
  const text = `select ${COLUMNS} from somabrain.projection_builds where projection = $1 and state = 'live'`
  const [live] = await queryRows(pool, { name: '', text }, [projection])
  if (live === undefined) return null
  const [, build, schema, foldVersion] = live
  return { projection, build: Number(build), schema: schema ?? '', foldVersion: Number(foldVersion), state: 'live' }
}

/**
 * The newest build of this fold version; made when there is none, and `live` at once when it is the projection's first.
 * Several processes may ask at once: they get the same.
 */
export const ensureBuild = (pool: Pool, tables: ProjectionTables): Promise<ProjectionBuild> =>
  locked(pool, async (client) => {
    const builds = await listBuilds(client, tables.projection)
    const own = builds.findLast(({ foldVersion }) => foldVersion === tables.foldVersion)
    return own ?? create(client, tables)
  })

/** Another build, even of a fold version that has one: a rebuild. */
export const createBuild = (pool: Pool, tables: ProjectionTables): Promise<ProjectionBuild> =>
  locked(pool, (client) => create(client, tables))

async function create(client: PoolClient, tables: ProjectionTables): Promise<ProjectionBuild> {
  const { projection, foldVersion } = tables
  const name = quotedName(projection)
  const { rows: numbers } = await client.query(
    `insert into somabrain.projection_numbers (projection, last_build) values ($1, 1)
     on conflict (projection) do update set last_build = projection_numbers.last_build + 1 returning last_build`,
    [projection],
  )
  const build = Number(numbers[0].last_build)
  const schema = `${name.slice(1, -1)}_${build}`
  await client.query(`create schema ${quotedName(schema)}`)
  await client.query(`set local search_path to ${quotedName(schema)}`)
  await tables.create(client)
  const { rows } = await client.query<ProjectionBuild>(
    `insert into somabrain.projection_builds (projection, build, schema_name, fold_version, state, switched_at)
     select $1, $2, $3, $4, case when first then 'live' else 'building' end, case when first then now() end
     from (select not exists
       (select from somabrain.projection_builds where projection = $1 and state = 'live') as first) as state
     returning ${COLUMNS}`,
    [projection, build, schema, foldVersion],
  )
  const made = rows[0]!
  if (made.state === 'live') await tables.finish(client)
  return made
}

/** Makes what only readers of a build need, as a switch would: before it, so that the switch itself is short. */
export const finishBuild = (pool: Pool, tables: ProjectionTables, { schema }: ProjectionBuild): Promise<void> =>
  locked(pool, (client) => finish(client, tables, schema))

async function finish(client: PoolClient, tables: ProjectionTables, schema: string): Promise<void> {
  await client.query(`set local search_path to ${quotedName(schema)}`)
  await tables.finish(client)
}

/**
 * `behind`: `records` of the log that the live build has folded are still to be folded by the other. `other-version`:
 * this release does not know the tables of a build that was never live.
 */
export type Switched =
  | { readonly outcome: 'switched'; readonly from: number }
  | { readonly outcome: 'already-live' }
  | { readonly outcome: 'unknown-build' }
  | { readonly outcome: 'other-version' }
  | { readonly outcome: 'behind'; readonly records: number }

/**
 * Makes a build live and retires the one that was, in one step. A build that readers never had gets first what they need:
 * while its indexes are made it folds nothing, so it may then be further behind than `maxLag` records, and is switched to
 * by the next call. The same call switches back.
 */
export const switchBuild = (pool: Pool, tables: ProjectionTables, build: number, maxLag: number): Promise<Switched> =>
  locked(pool, async (client): Promise<Switched> => {
    const builds = await listBuilds(client, tables.projection)
    const to = builds.find((candidate) => candidate.build === build)
    const from = builds.find(({ state }) => state === 'live')
    if (to === undefined || from === undefined) return { outcome: 'unknown-build' }
    if (to.state === 'live') return { outcome: 'already-live' }
    const before = await lagBehind(client, from, to)
    if (before > maxLag) return { outcome: 'behind', records: before }
    if (to.state === 'building') {
      if (to.foldVersion !== tables.foldVersion) return { outcome: 'other-version' }
      await finish(client, tables, to.schema)
    }
    const records = await lagBehind(client, from, to)
    if (records > maxLag) return { outcome: 'behind', records }
    // Retired first: the index allows one live build at every moment.
    await setState(client, from, 'retired')
    await setState(client, to, 'live')
    return { outcome: 'switched', from: from.build }
  })

export type Dropped = { readonly outcome: 'dropped' | 'unknown-build' | 'is-live' }

/** Drops a build that readers do not follow, with its rows. Whoever folds it finds it gone and must stop. */
export const dropBuild = (pool: Pool, projection: string, build: number): Promise<Dropped> =>
  locked(pool, async (client): Promise<Dropped> => {
    const found = (await listBuilds(client, projection)).find((candidate) => candidate.build === build)
    if (found === undefined) return { outcome: 'unknown-build' }
    if (found.state === 'live') return { outcome: 'is-live' }
    await client.query('delete from somabrain.projection_builds where projection = $1 and build = $2', [
      projection,
      build,
    ])
    await client.query(`drop schema ${quotedName(found.schema)} cascade`)
    return { outcome: 'dropped' }
  })

function setState(client: PoolClient, { projection, build }: ProjectionBuild, state: BuildState) {
  return client.query(
    `update somabrain.projection_builds set state = $3, switched_at = now() where projection = $1 and build = $2`,
    [projection, build, state],
  )
}

async function lagBehind(client: PoolClient, live: ProjectionBuild, other: ProjectionBuild): Promise<number> {
  const { rows } = await client.query(
    `select coalesce(sum(greatest(0, live.last_offset - coalesce(other.last_offset, -1))), 0) as records
     from ${quotedName(live.schema)}.checkpoints as live
     left join ${quotedName(other.schema)}.checkpoints as other using (partition)`,
  )
  return Number(rows[0].records)
}

const locked = <T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> =>
  pastDeadlocks(() =>
    inTransaction(pool, async (client) => {
      await client.query('select pg_advisory_xact_lock($1)', [BUILDS_LOCK])
      return work(client)
    }),
  )
