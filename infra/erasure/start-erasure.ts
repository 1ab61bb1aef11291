import type { Caller } from '../../commands/command-api.ts'
import { type BegunErasure, type EraseDeps, erase } from '../../commands/erase.ts'
import { type FinishDeps, finishErasures } from '../../commands/finish-erasures.ts'
import type { EraseRequest } from '../../commands/requests/erase-request.ts'
import { destroyErasedKeys, reappendLostErasures } from '../../commands/restore-erasures.ts'
import type { KeyCopy } from '../../domain/erasure/receipt.ts'
import { ErasureLoop } from './erasure-loop.ts'
import { LedgerKeeper } from './ledger-keeper.ts'

export type ErasureDeps = Omit<EraseDeps, 'begun'> &
  Pick<FinishDeps, 'witness' | 'signer'> & {
    readonly backupRetentionDays: number
    /** Copies of wrapped keys besides those in backups. */
    readonly otherKeyCopies: (completedAt: number) => readonly KeyCopy[]
  }

/** The command side's door to erasure. Throws a `ProblemError` when it refuses. */
export interface EraseApi {
  erase(caller: Caller, request: EraseRequest): Promise<BegunErasure>
}

export interface ErasureSide extends EraseApi {
  /** Lets the step that is under way end. What is open is finished after the next start. */
  close(): Promise<void>
}

const MS_PER_DAY = 86_400_000

/**
 * Destroys the keys of what was ever erased (they may have come back with a backup), then takes requests, and in the background
 * finishes what is open and keeps the ledger whole. Rejects when the keys cannot be destroyed: nobody may be served before.
 */
export async function startErasure(deps: ErasureDeps): Promise<ErasureSide> {
  await destroyErasedKeys(deps.subjectKeys, deps.erasures, deps.ledger)
  const keyCopies = (completedAt: number): readonly KeyCopy[] => [
    ...deps.otherKeyCopies(completedAt),
    { copy: 'backups', expiresAt: completedAt + deps.backupRetentionDays * MS_PER_DAY },
  ]
  let isLogWhole = false
  const loop = new ErasureLoop({
    onFault: deps.onFault,
    async step() {
      isLogWhole ||= await reappendLostErasures(deps)
      const open = await finishErasures({ ...deps, keyCopies })
      return isLogWhole ? open : open + 1
    },
  })
  const keeper = new LedgerKeeper(deps)
  const begun = (): void => loop.nudge()
  return {
    erase: (caller, request) => erase({ ...deps, begun }, caller, request),
    async close() {
      await Promise.all([loop.close(), keeper.close()])
    },
  }
}
