import type { CommandCodec } from '../schemas/command-codec.ts'
import type { Appender } from './appender.ts'
import { eraseRecord } from './erase-record.ts'
import { caughtUp } from './locate.ts'
import type { ErasureLedger, LedgerEntry } from './ports/erasure-ledger.ts'
import type { ErasureLog } from './ports/erasure-log.ts'
import type { FoldProgress } from './ports/read-side.ts'
import type { SubjectKeys } from './ports/subject-keys.ts'

/** Keys of one call to the key store. */
const PAGE = 1_000

/** Before a process serves that erases nothing itself: what the ledger says was erased has no key. */
export async function destroyLedgerKeys(
  subjectKeys: SubjectKeys,
  entries: AsyncIterable<LedgerEntry> | Iterable<LedgerEntry>,
): Promise<void> {
  for await (const { namespaces } of entries) {
    await subjectKeys.destroy(namespaces.flatMap(({ keyIds }) => keyIds))
  }
}

/**
 * Before a process serves: whatever the ledger or the log says was erased has no key, also when the keys were restored from a
 * backup that is older than the erasure.
 */
export async function destroyErasedKeys(
  subjectKeys: SubjectKeys,
  erasures: ErasureLog,
  ledger: ErasureLedger,
): Promise<void> {
  await destroyLedgerKeys(subjectKeys, ledger.entries())
  for (let after = ''; ; ) {
    const keyIds = await erasures.erasedKeyIds(after, PAGE)
    if (keyIds.length > 0) await subjectKeys.destroy(keyIds)
    const last = keyIds.at(-1)
    if (last === undefined || keyIds.length < PAGE) return
    after = last
  }
}

export interface ReappendDeps {
  readonly codec: CommandCodec
  readonly appender: Appender
  readonly progress: FoldProgress
  readonly erasures: ErasureLog
  readonly ledger: ErasureLedger
}

/**
 * Once long-term memory is at the log's head: erasures that the ledger has and the log has not are appended again, because
 * the log was restored from before them. Resolves to whether that is done; until then, call it again.
 */
export async function reappendLostErasures(deps: ReappendDeps): Promise<boolean> {
  const tenants = new Map<string, boolean>()
  for await (const entry of deps.ledger.entries()) {
    const isReady = tenants.get(entry.tenant) ?? (await caughtUp(deps.progress, entry.tenant, null))
    tenants.set(entry.tenant, isReady)
    if (!isReady) return false
    const known = await deps.erasures.erasure(entry.tenant, entry.receiptId)
    if ((known?.rows.length ?? 0) < entry.namespaces.length) await reappend(deps, entry)
  }
  return true
}

async function reappend(deps: ReappendDeps, { namespaces, ...entry }: LedgerEntry): Promise<void> {
  const parts = namespaces.map((part) => ({ ...part, requestHmac: Buffer.from(part.requestHmac, 'hex') }))
  const plan = { ...entry, parts }
  await deps.appender.appendAll(parts.map((part) => eraseRecord(deps.codec, plan, part, null)))
}
