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
import { ledgerEntry } from './erase.ts'
import { type ErasurePlan, eraseRecord } from './erase-record.ts'
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
  /** Physical copies of wrapped keys that outlive an erasure that is complete at `completedAt`. */
  readonly keyCopies: (completedAt: number) => readonly KeyCopy[]
}

/** Erasures that are looked at in one go. */
const AT_ONCE = 100
/** A part that was appended is folded within this; one that is not there by then was never appended. */
const MISSING_AFTER_MS = 5_000

/**
 * Takes every erasure that has no receipt one step on, as far as it can go now:
 * append the parts that are missing → note it in the ledger → destroy its keys → everything has passed it? → attest.
 * Every step may be repeated, by any number of processes, and what is done is known from the log alone, so a crash anywhere
 * costs nothing. Resolves to how many have no receipt yet, those included whose `Attest` is not folded.
 */
export async function finishErasures(deps: FinishDeps): Promise<number> {
  const open = await deps.erasures.open(AT_ONCE)
  for (const erasure of open) {
    const plan = planOf(erasure)
    await deps.ledger.record(ledgerEntry(plan))
    await deps.subjectKeys.destroy(plan.parts.flatMap((part) => part.keyIds))
    const isWhole = await completeParts(deps, erasure, plan)
    if (isWhole && (await deps.witness.waitingFor(erasure.rows)).length === 0) await attest(deps, erasure)
  }
  return open.length
}

function planOf({ rows }: FoldedErasure): ErasurePlan {
  const { tenant, receiptId, principal, recordedAt, parts } = rows[0]!
  return { tenant, receiptId, principal, recordedAt, parts }
}

/** Whether every part is folded. What is missing long after the others came is appended again. */
async function completeParts(deps: FinishDeps, { rows }: FoldedErasure, plan: ErasurePlan): Promise<boolean> {
  const folded = new Set(rows.map(({ namespace }) => namespace))
  const missing = plan.parts.filter(({ namespace }) => !folded.has(namespace))
  if (missing.length > 0 && deps.clock() - plan.recordedAt >= MISSING_AFTER_MS) {
    await deps.appender.appendAll(missing.map((part) => eraseRecord(deps.codec, plan, part, null)))
  }
  return missing.length === 0
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
