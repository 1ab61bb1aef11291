import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const TOKEN_BYTES = 32
const FILE = 'api-token'
const CREDENTIALS = ['SOMABRAIN_API_TOKEN', 'SOMABRAIN_JWT_SECRET', 'SOMABRAIN_JWT_PUBLIC_KEY', 'SOMABRAIN_JWKS_URL']

/**
 * In a container every caller comes from beyond loopback, so a server without credentials would refuse to start. Where none is
 * configured, one is made at first start and kept in the data directory; `say` tells the operator. Production asks for
 * credentials of the operator's own, and gets none here. Changes `environment`.
 */
export function provideToken(environment: Record<string, string | undefined>, say: (line: string) => void): void {
  if (environment.SOMABRAIN_MODE === 'production') return
  if (environment.SOMABRAIN_API_TOKENS === '1') return
  if (CREDENTIALS.some((name) => isSet(environment[name]) || isSet(environment[`${name}_FILE`]))) return
  const dataDir = environment.SOMABRAIN_DATA_DIR ?? './data'
  const file = join(dataDir, FILE)
  if (existsSync(file)) {
    say(`API token: the one in ${file}`)
  } else {
    const token = randomBytes(TOKEN_BYTES).toString('base64url')
    mkdirSync(dataDir, { recursive: true })
    writeFileSync(file, `${token}\n`, { mode: 0o600, flag: 'wx', flush: true })
    say(`API token, made just now and kept in ${file}:\n  ${token}`)
  }
  environment.SOMABRAIN_API_TOKEN_FILE = file
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== ''
