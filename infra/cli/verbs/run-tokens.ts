import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Environment, readSettings } from '../../config/read-settings.ts'
import { openDataDirectory } from '../../sqlite/data-dir/data-directory.ts'
import { edgeSchema } from '../../sqlite/edge/edge-schema.ts'
import { prepareEdge } from '../../sqlite/edge/prepare-edge.ts'
import { openSqliteTokenStore } from '../../sqlite/edge/sqlite-token-store.ts'
import type { TokenStore } from '../../tokens/token-store.ts'
import type { TellAct } from '../administration.ts'
import type { VerbContext } from '../verb-context.ts'
import type { TokensTask } from './tokens-line.ts'
import { tokensVerb } from './tokens-verb.ts'

/** Tokens of the cluster that is configured, or of the data directory, whether a server runs on it or not. */
export async function runTokens(
  task: TokensTask,
  environment: Environment,
  { out, err }: Pick<VerbContext, 'out' | 'err'>,
  did: TellAct,
): Promise<number> {
  const { values } = readSettings(environment)
  const dsn = values.get('SOMABRAIN_POSTGRES_DSN')
  const run = async (store: TokenStore): Promise<number> => {
    try {
      return await tokensVerb(task, { out, err, store, now: Date.now(), did })
    } finally {
      await store.close()
    }
  }
  if (dsn === undefined) return run(openDirectoryTokens(resolve(values.get('SOMABRAIN_DATA_DIR')!)))
  const { createPostgresPool } = await import('../../postgres/postgres-pool.ts')
  const { postgresTokenStore } = await import('../../postgres/tokens/postgres-token-store.ts')
  const { namingPart } = await import('./naming-part.ts')
  const pool = createPostgresPool({ dsn, applicationName: 'somabrain-tokens-verb', max: 1 })
  return namingPart(() => run(postgresTokenStore(pool)))
}

/** A server makes edge.db when it starts; without one it is made here, holding the directory so that no server makes it too. */
function openDirectoryTokens(dataDir: string): TokenStore {
  const file = join(dataDir, edgeSchema.file)
  if (existsSync(file)) {
    prepareEdge(file)
  } else {
    const directory = openDataDirectory(dataDir)
    try {
      prepareEdge(file)
    } finally {
      directory.close()
    }
  }
  return openSqliteTokenStore(file)
}
