import type { Attest } from '../domain/command.ts'
import { attestId } from '../domain/erasure/erase-ids.ts'
import { type KeyCopy, receiptOf } from '../domain/erasure/receipt.ts'
import { partitionKey, partitionOf } from '../domain/partition.ts'
import { encodePosition } from '../domain/position.ts'
import { newestOf } from '../schemas/catalogue.ts'
import type { CommandCodec } from '../schemas/command-codec.ts'
import type { Appender } from './appender.ts'
import { canonicalJson } from './canonical-json.ts'
import { cloudEventHeaders } from './cloud-event.ts'
import { eraseRecord, heldPlan, isWhole, ledgerEntry } from './erase-record.ts'
import type { ErasureLedger } from './ports/erasure-ledger.ts'
import type { ErasureLog, FoldedErasure } from './ports/erasure-log.ts'
import type { ErasureWitness } from './ports/erasure-witness.ts'
import type { FoldProgress } from './ports/read-side.ts'
import type { SubjectKeys } from './ports/subject-keys.ts'
import type { Vault } from './ports/vault.ts'
import { type ReceiptSigner, signReceipt } from './sign-receipt.ts'

export interface FinishDeps {
  readonly clock: () => number
  readonly vault: Vault
  readonly subjectKeys: SubjectKeys
  readonly codec: CommandCodec
  readonly appender: Appender
  readonly progress: Pick<FoldProgress, 'generationOf'>
  readonly erasures: ErasureLog
  readonly ledger: ErasureLedger
  readonly witness: ErasureWitness
  readonly signer: ReceiptSigner
  /** Told of an erasure that fails; it is tried again. */
  readonly onFault: (fault: unknown) => void
  /** Physical copies of wrapped keys that outlive an erasure that is complete at `completedAt`. */
  readonly keyCopies: (completedAt: number) => readonly KeyCopy[]
}

/** Erasures that are read in one go. */
const PAGE = 100
/** A part that was appended is folded within this; one that is not there by then was never appended. */
const MISSING_AFTER_MS = 5_000

/**
 * Takes every erasure that has no receipt yet one step on, as far as it can go now:
 * destroy the keys that its folded parts name → append the parts that are missing → note it in the ledger → everything has
 * passed it? → attest.
 * Every step may be repeated, by any number of processes, and what is done is known from the log alone, so a crash anywhere
 * costs nothing. One that fails is reported and keeps no other. Resolves to how many went as far as they could and have no
 * receipt yet, those included whose `Attest` is not folded.
 */
export async function finishErasures(deps: FinishDeps): Promise<number> {
  let waiting = 0
  let page: readonly FoldedErasure[]
  // One that gets its receipt meanwhile makes room in a page behind it: who is passed over so is next time's.
  for (let seen = 0; ; seen += page.length) {
    page = await deps.erasures.open(PAGE, seen)
    for (const erasure of page) if (await takeOn(deps, erasure)) waiting += 1
    if (page.length < PAGE) return waiting
  }
}

/** False when it failed. */
async function takeOn(deps: FinishDeps, erasure: FoldedErasure): Promise<boolean> {
  try {
    const plan = heldPlan(erasure)
    await deps.subjectKeys.destroy(plan.parts.flatMap((part) => part.keyIds))
    if (!isWhole(erasure)) {
      await appendMissing(deps, erasure)
      return true
    }
    await deps.ledger.record(ledgerEntry(plan))
    if ((await deps.witness.waitingFor(erasure.rows)).length === 0) await attest(deps, erasure)
    return true
  } catch (cause) {
    deps.onFault(new Error(`Erasure ${erasure.rows[0]!.receiptId} cannot go on`, { cause }))
    return false
  }
}

/** What is missing long after the others came was never appended: it is now. */
async function appendMissing(deps: FinishDeps, { rows }: FoldedErasure): Promise<void> {
  const { tenant, receiptId, principal, recordedAt, parts } = rows[0]!
  if (deps.clock() - recordedAt < MISSING_AFTER_MS) return
  const folded = new Set(rows.map(({ namespace }) => namespace))
  const missing = parts.filter(({ namespace }) => !folded.has(namespace))
  const plan = { tenant, receiptId, principal, recordedAt, parts }
  await deps.appender.appendAll(missing.map((part) => eraseRecord(deps.codec, plan, part, null)))
}

async function attest(deps: FinishDeps, { rows }: FoldedErasure): Promise<void> {
  const positions = rows.map(({ partition, offset }) => {
    const generation = deps.progress.generationOf(partition, offset)
    return generation === null ? null : encodePosition({ generation, partition, offset })
  })
  if (positions.includes(null)) return
  const completedAt = deps.clock()
  const facts = { rows, positions: positions.map(String), completedAt, copies: deps.keyCopies(completedAt) }
  const document = signReceipt(receiptOf(facts), deps.signer)
  const { tenant, namespace, receiptId, principal } = rows[0]!
  const key = await deps.vault.dataKey({ tenant, namespace }, null)
  const command: Attest = {
    type: 'Attest',
    ...{ commandId: attestId(tenant, receiptId), recordedAt: completedAt, principal, keyId: key.keyId },
    requestHmac: key.requestHmac(canonicalJson({ receiptId })),
    ...{ receiptId, document },
  }
  const recordKey = partitionKey({ tenant, namespace })
  await deps.appender.append({
    partition: partitionOf(recordKey),
    key: recordKey,
    value: deps.codec.encode(command),
    headers: cloudEventHeaders(command, newestOf('Attest').number, null),
    timestamp: completedAt,
  })
}
