import { spawnSync } from 'node:child_process'

const TIMEOUT_MS = 120_000
const MAX_BYTES = 64 << 20

export interface NpmRun {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the npm that is installed. Throws when there is none. */
export function runNpm(folder: string, ...argv: readonly string[]): NpmRun {
  const { status, stdout, stderr, error } = spawnSync('npm', argv, {
    cwd: folder,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    maxBuffer: MAX_BYTES,
  })
  if (error !== undefined) throw new Error(`npm could not be run: ${error.message}`, { cause: error })
  return { code: status, out: stdout, err: stderr }
}
