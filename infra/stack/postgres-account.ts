import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, mkdtempSync, realpathSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { PartUnavailableError } from './part.ts'
import { runCommand } from './run-command.ts'
import { withPrivileges } from './with-privileges.ts'

/** Under whose account Postgres runs. It refuses to run as root. */
export interface PostgresAccount {
  /** Options of setpriv(1) under which its programs run; none: this process's own account. */
  readonly privileges: readonly string[]
  /** `null`: this process's own account. */
  readonly owner: { readonly uid: number; readonly gid: number } | null
}

const SERVICE_USER = 'postgres'

export function postgresAccount(): PostgresAccount {
  if (process.getuid?.() !== 0) return { privileges: [], owner: null }
  const id = (flag: string): number => Number(execFileSync('id', [flag, SERVICE_USER], { encoding: 'utf8' }))
  try {
    return {
      privileges: [`--reuid=${SERVICE_USER}`, `--regid=${SERVICE_USER}`, '--clear-groups'],
      owner: { uid: id('-u'), gid: id('-g') },
    }
  } catch (cause) {
    const advice = `refuses to run as root, and there is no user ${SERVICE_USER}: run this as another user`
    throw new PartUnavailableError('postgres', advice, { cause })
  }
}

/**
 * The data folder, owned by the account: `dir/data`, or a link of that name to a folder in /var/tmp when the account cannot
 * reach `dir`, as below root's home.
 */
export async function postgresDataDir(dir: string, account: PostgresAccount): Promise<string> {
  const data = join(dir, 'data')
  if (!existsSync(data)) {
    if (await canReach(dir, account)) mkdirSync(data, { mode: 0o700 })
    else symlinkSync(mkdtempSync('/var/tmp/somabrain-postgres-'), data)
  }
  const real = realpathSync(data)
  if (account.owner !== null && lstatSync(real).uid !== account.owner.uid) {
    chownSync(real, account.owner.uid, account.owner.gid)
    chmodSync(real, 0o700)
  }
  return real
}

async function canReach(dir: string, { privileges }: PostgresAccount): Promise<boolean> {
  const { file, args } = withPrivileges({ file: 'test', args: ['-x', dir], privileges })
  try {
    await runCommand(file, args)
    return true
  } catch {
    // `test` answers by its exit code.
    return false
  }
}
