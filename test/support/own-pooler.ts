import { spawn } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { freePort } from '../../infra/stack/free-port.ts'
import { PartUnavailableError } from '../../infra/stack/part.ts'
import { postgresAccount } from '../../infra/stack/postgres-account.ts'
import { findOnPath, fromPackage, isExecutable } from '../../infra/stack/system-packages.ts'
import { withPrivileges } from '../../infra/stack/with-privileges.ts'
import { ownProcess } from './own-process.ts'
import { missingParts, realParts } from './real-parts.ts'
import { temporaryFolder } from './temp-folder.ts'

const PAGE = new URL('../../docs/how-to/put-a-pooler-before-postgres.md', import.meta.url)
/** Debian keeps it where only root's PATH leads. */
const DEBIAN = '/usr/sbin/pgbouncer'

/** A PgBouncer of a test's own in front of the Postgres of the stack, set up as the documentation says. */
export interface OwnPooler {
  /** Where it takes connections to the database of a DSN of the stack. */
  dsnOf(dsn: string): string
  start(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
}

export interface OwnPoolerOptions {
  /** Connections to Postgres, for each database. */
  readonly connections: number
  /** Where Postgres is. Default: where the stack has it. */
  readonly postgresPort?: number
}

/** Why no test can start a pooler in front of Postgres here, or `null`; with CI=true it throws instead. */
export async function missingPooler(): Promise<string | null> {
  const missing = await missingParts('postgres')
  if (missing !== null) return missing
  try {
    await program()
    return null
  } catch (error) {
    if (!(error instanceof PartUnavailableError) || process.env.CI === 'true') throw error
    return error.message
  }
}

const program = (): Promise<string> =>
  fromPackage('pgbouncer', 'pgbouncer', () => findOnPath('pgbouncer') ?? (isExecutable(DEBIAN) ? DEBIAN : null))

/** Starts one, ended when the test, or what stands for it, ends. */
export async function startOwnPooler(
  t: Pick<ExecutionContext, 'teardown'>,
  { connections, postgresPort }: OwnPoolerOptions,
): Promise<OwnPooler> {
  const { hostname, port: stackPort, username, password } = new URL(realParts.postgres)
  const port = await freePort()
  const folder = temporaryFolder(t)
  // Read by the account that it runs under.
  chmodSync(folder, 0o755)
  const [settings, users] = [join(folder, 'pgbouncer.ini'), join(folder, 'userlist.txt')]
  writeFileSync(users, `"${username}" "${password}"\n`)
  const own: Readonly<Record<string, string>> = {
    somabrain: `host=${hostname} port=${postgresPort ?? stackPort}`,
    listen_port: String(port),
    auth_file: users,
    default_pool_size: String(connections),
  }
  writeFileSync(settings, documentedSettings(own))
  // PgBouncer refuses to run as root too. A test that is cut off takes it along.
  const privileges = [...postgresAccount().privileges, '--pdeathsig', 'KILL']
  const command = withPrivileges({ file: await program(), args: ['--quiet', settings], privileges })
  const pooler = ownProcess(t, port, () => spawn(command.file, command.args, { stdio: 'ignore' }))
  await pooler.start()
  const dsnOf = (dsn: string): string => {
    const url = new URL(dsn)
    url.host = `127.0.0.1:${port}`
    return url.href
  }
  return { dsnOf, start: pooler.start, kill: pooler.kill }
}

/** The file of the page, but for what is this test's own: each setting of it has to stand there. */
function documentedSettings(own: Readonly<Record<string, string>>): string {
  const block = /```ini\n([^`]*)```/.exec(readFileSync(PAGE, 'utf8'))?.[1]
  if (block === undefined) throw new Error('the page has no settings of PgBouncer')
  const lines = block.split('\n').map((line) => {
    const name = line.split(' = ')[0] ?? ''
    if (!(name in own)) return line
    // Any database: each test has its own.
    return `${name === 'somabrain' ? '*' : name} = ${own[name]}`
  })
  for (const [name, value] of Object.entries(own)) {
    if (!lines.some((line) => line.endsWith(` = ${value}`))) throw new Error(`the page does not set ${name}`)
  }
  return [...lines, 'unix_socket_dir =', ''].join('\n')
}
