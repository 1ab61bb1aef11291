import { createCommandCodec } from '../../schemas/command-codec.ts'
import { logQuarrels } from '../long-term/log-quarrels.ts'
import { DamagedFileError } from '../sqlite/data-dir/damaged-file-error.ts'
import { openSqliteLongTermReader } from '../sqlite/long-term/sqlite-long-term-reader.ts'
import type { EmbeddedStores } from '../sqlite/open-embedded-stores.ts'

/** Why state.db cannot have been folded from log.db, of the first partition where that is so; `null` when it can. */
export async function stateQuarrel({ files, logReader }: EmbeddedStores): Promise<string | null> {
  const reader = openSqliteLongTermReader(files.state)
  try {
    const [first] = await logQuarrels({ logReader, codec: createCommandCodec(), reader })
    return first === undefined ? null : `partition ${first.partition}: ${first.what}`
  } finally {
    reader.close()
  }
}

/**
 * Throws a {@link DamagedFileError} when state.db was folded from another log than log.db: from a newer copy of it, say.
 * Records that are appended to such a log get offsets that are folded already, so they would be acknowledged and lost.
 */
export async function assertStateOfLog(stores: EmbeddedStores): Promise<void> {
  const quarrel = await stateQuarrel(stores)
  if (quarrel === null) return
  throw new DamagedFileError(
    stores.files.state,
    `it was folded from another log than ${stores.files.log} (${quarrel})`,
    'Put back the newer log.db and keys.db. Or, if this log is the truth from now on, run npm run rebuild, which folds ' +
      'the state anew from it: what the log does not have is lost then.',
  )
}
