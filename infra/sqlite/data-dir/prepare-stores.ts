import { existsSync } from 'node:fs'
import { keysSchema } from '../keys/keys-schema.ts'
import { prepareKeys } from '../keys/prepare-keys.ts'
import type { MakeGenesis } from '../log/create-log.ts'
import type { GenerationSpan } from '../log/generations.ts'
import { logSchema } from '../log/log-schema.ts'
import { prepareLog } from '../log/prepare-log.ts'
import { type PreparedState, prepareState } from '../long-term/prepare-state.ts'
import { DamagedFileError } from './damaged-file-error.ts'
import type { StoreFiles } from './data-directory.ts'

export interface PreparedStores {
  readonly spans: readonly GenerationSpan[]
  /** Whether log.db was made just now. */
  readonly created: boolean
  readonly state: PreparedState
}

/**
 * Makes what is absent and checks what is there: headers, tables, the ends of every partition. Throws a
 * {@link DamagedFileError}. keys.db is made before log.db, so a used one without the other means a lost file, and going
 * on with a new one in its place would hide that.
 */
export function prepareStores(files: StoreFiles, makeGenesis: MakeGenesis, foldVersion: number): PreparedStores {
  const hadLog = existsSync(files.log)
  const hadKeys = existsSync(files.keys)
  if (hadLog && !hadKeys && prepareLog(files.log, makeGenesis).used) {
    throw new DamagedFileError(files.keys, 'it is missing, and the log holds sealed records', keysSchema.remedy)
  }
  if (prepareKeys(files.keys).used && !hadLog) {
    throw new DamagedFileError(files.log, 'it is missing, and keys.db holds keys of its records', logSchema.remedy)
  }
  const log = prepareLog(files.log, makeGenesis)
  return { spans: log.spans, created: log.created, state: prepareState(files.state, foldVersion) }
}
