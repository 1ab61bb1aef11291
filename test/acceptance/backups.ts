import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Answer, post } from '../support/http-client.ts'

export const STARTS_WITHIN_MS = 240_000
/** The command line, to be run by Node. */
export const VERBS = fileURLToPath(new URL('../../scripts/somabrain.ts', import.meta.url))

/** A verb in a process of its own. */
export async function verb(dataDir: string, ...argv: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', VERBS, ...argv],
    { env: { ...process.env, SOMABRAIN_DATA_DIR: dataDir, LOG_LEVEL: 'error' } },
  )
  return stdout
}

export const remember = async (
  url: string,
  content: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Answer> => post(`${url}/remember`, { content, ...more })

/** The master key of a data directory, as it is configured. */
export const keyOf = (dataDir: string) => ({
  SOMABRAIN_MASTER_KEY: readFileSync(join(dataDir, 'master.key'), 'utf8').trim(),
})
