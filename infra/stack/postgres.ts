import { existsSync, readdirSync } from 'node:fs'
import { chown, readdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Client } from 'pg'
import { developmentCredentials, type StoreCredentials } from './development-credentials.ts'
import { freePort } from './free-port.ts'
import type { PartCommand, PartRecipe, RunningPart } from './part.ts'
import { type PostgresAccount, postgresAccount, postgresDataDir } from './postgres-account.ts'
import { runCommand } from './run-command.ts'
import { endingWithStarter, startPart } from './start-part.ts'
import { findOnPath, fromPackage, isExecutable } from './system-packages.ts'
import { withPrivileges } from './with-privileges.ts'

const DATABASE = 'somabrain'
const PROBE_TIMEOUT_MS = 3_000

export interface PostgresOptions {
  readonly dir: string
  /** Default: a free one. */
  readonly port?: number
  readonly credentials?: StoreCredentials
}

/** Postgres on 127.0.0.1 with one superuser and the database `somabrain`; durable (fsync on). */
export async function startPostgres(options: PostgresOptions): Promise<RunningPart> {
  return startPart(endingWithStarter(postgresRecipe({ ...options, port: options.port ?? (await freePort()) })))
}

export function postgresRecipe(options: PostgresOptions & { readonly port: number }): PartRecipe {
  const dir = resolve(options.dir)
  const credentials = options.credentials ?? developmentCredentials
  const { user, password } = credentials
  const server = `postgresql://${user}:${password}@127.0.0.1:${options.port}`
  return {
    name: 'postgres',
    dir,
    url: `${server}/${DATABASE}`,
    port: options.port,
    // Fast shutdown: open sessions are ended and the shutdown checkpoint is written.
    stopSignal: 'SIGINT',
    prepare: () => preparePostgres(dir, options.port, credentials),
    answers: () => postgresAnswers(`${server}/postgres`),
    furnish: () => createDatabase(`${server}/postgres`),
  }
}

async function preparePostgres(dir: string, port: number, credentials: StoreCredentials): Promise<PartCommand> {
  const programs = await fromPackage('postgres', 'postgresql', findPrograms)
  const account = postgresAccount()
  const data = await postgresDataDir(dir, account)
  if ((await readdir(data)).length === 0) await initialise(join(programs, 'initdb'), data, account, credentials)
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    `somabrain.stack=${dir}/`,
  ]
  const args = ['-D', data, '-p', String(port), ...settings.flatMap((one) => ['-c', one])]
  return { file: join(programs, 'postgres'), args, privileges: account.privileges }
}

/** Debian keeps the server's programs off the PATH, one folder a version. */
function findPrograms(): string | null {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian)
    ? readdirSync(debian)
        .map(Number)
        .sort((a, b) => b - a)
    : []
  const folders = versions.map((version) => join(debian, String(version), 'bin'))
  const onPath = findOnPath('initdb')
  if (onPath !== null) folders.push(resolve(onPath, '..'))
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => isExecutable(join(folder, name)))) ?? null
}

async function initialise(
  initdb: string,
  data: string,
  account: PostgresAccount,
  { user, password }: StoreCredentials,
): Promise<void> {
  const passwordFile = `${data}.password`
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (account.owner !== null) await chown(passwordFile, account.owner.uid, account.owner.gid)
  const options = ['--username', user, '--pwfile', passwordFile, '--auth', 'scram-sha-256', '--encoding', 'UTF8']
  const args = ['-D', data, ...options, '--locale', 'C.UTF-8']
  const command = withPrivileges({ file: initdb, args, privileges: account.privileges })
  try {
    await runCommand(command.file, command.args)
  } finally {
    await rm(passwordFile)
  }
}

async function postgresAnswers(url: string): Promise<boolean> {
  try {
    return await withClient(url, async (client) => (await client.query('select 1 as one')).rows[0]?.one === 1)
  } catch {
    // Refused, starting up or shutting down: it does not answer yet.
    return false
  }
}

async function createDatabase(url: string): Promise<void> {
  await withClient(url, async (client) => {
    const found = await client.query('select from pg_database where datname = $1', [DATABASE])
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`)
  })
}

async function withClient<T>(connectionString: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString,
    connectionTimeoutMillis: PROBE_TIMEOUT_MS,
    query_timeout: PROBE_TIMEOUT_MS,
  })
  // A server that goes away between two queries tells the client so by an event; the next query fails anyway.
  client.on('error', () => {})
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}
