import type { WorkingMemorySource } from '../../projections/working-memory/working-memory-source.ts'
import type { Keyring } from './keyring.ts'
import type { RowOpener } from './row-opener.ts'

/** What folds of working memory ask of data keys: in which state they are, and contents opened. */
export const sealedContents = (
  keyring: Keyring,
  opener: RowOpener,
): Pick<WorkingMemorySource, 'keyStates' | 'open'> => ({
  async keyStates(keyIds) {
    const lookups = await Promise.all(keyIds.map((keyId) => keyring.byId(keyId)))
    return lookups.map(({ found }) => (found === 'key' ? 'present' : found))
  },
  async open(scope, memories) {
    const rows = memories.map((memory) => ({ ...scope, ...memory }))
    await opener.prepare(rows)
    return rows.map((row) => opener.openNow(row))
  },
})
