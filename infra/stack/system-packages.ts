import { accessSync, constants } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { PartUnavailableError } from './part.ts'
import { runCommand } from './run-command.ts'

/** Full path of a command, or `null` when it is not on the PATH. */
export function findOnPath(command: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, command)
    if (isExecutable(file)) return file
  }
  return null
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    // Missing, or not ours to run: there is nothing here either way.
    return false
  }
}

const APT_LOCK = join(tmpdir(), 'somabrain-apt.lock')

/**
 * Makes sure that `find` finds something, by the Debian package that brings it when this process may install one.
 * Throws a `PartUnavailableError` that names the package otherwise.
 */
export async function fromPackage<T>(part: string, packageName: string, find: () => T | null): Promise<T> {
  const found = find()
  if (found !== null) return found
  const advice = `not installed on this machine. Install it (Debian: apt-get install ${packageName}) and run this again`
  if (process.getuid?.() !== 0 || findOnPath('apt-get') === null) throw new PartUnavailableError(part, advice)
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    // One after the other: apt-get refuses to run beside another, and suites that need something start at once.
    await runCommand('flock', [APT_LOCK, 'apt-get', 'update', '-qq'], { env })
    const install = ['install', '-y', '-qq', '--no-install-recommends', packageName]
    await runCommand('flock', [APT_LOCK, 'apt-get', ...install], { env })
  } catch (cause) {
    throw new PartUnavailableError(part, `${advice}. ${(cause as Error).message}`, { cause })
  }
  const installed = find()
  if (installed === null) throw new PartUnavailableError(part, `the package ${packageName} does not bring it`)
  return installed
}
