import type { ErasureRow } from '../../domain/erasure/erasure.ts'
import type { ErasureSettings } from '../erasure/erasure-settings.ts'
import type { CommandSideParts, ErasureSides } from '../erasure/erasure-sides.ts'
import { openErasureSides } from '../erasure/open-erasure-sides.ts'
import { openSqliteErasureLog } from '../sqlite/long-term/sqlite-erasure-log.ts'

export interface EmbeddedErasureDeps extends CommandSideParts {
  readonly stateFile: string
  readonly settings: ErasureSettings
  /** Brings every view of the process behind the erasures. */
  readonly passErasures: (rows: readonly ErasureRow[]) => Promise<void>
}

/** Erasure in one process: its views are all there are, and its one fold is what the erasures are read from. */
export async function startEmbeddedErasure(deps: EmbeddedErasureDeps): Promise<ErasureSides> {
  const erasures = openSqliteErasureLog(deps.stateFile)
  try {
    const sides = await openErasureSides({
      ...deps,
      erasures,
      witness: {
        async waitingFor(rows) {
          await deps.passErasures(rows)
          return []
        },
      },
      // The key store's file is overwritten when a key is destroyed, and its write-ahead log cut.
      otherKeyCopies: () => [],
    })
    const close = async (): Promise<void> => {
      await sides.close()
      erasures.close()
    }
    return { ...sides, close }
  } catch (error) {
    erasures.close()
    throw error
  }
}
