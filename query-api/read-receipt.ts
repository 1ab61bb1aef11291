import type { Identity } from '../domain/identity.ts'
import type { JsonObject } from '../domain/json.ts'
import { ProblemError } from '../domain/problem.ts'
import { storeAnswers } from './guarded-reader.ts'
import type { Reach } from './ports/reach.ts'
import type { ErasureState } from './subjects-api.ts'
import type { SubjectsContext } from './subjects-context.ts'

/** Of what was accepted a moment ago and is not folded. */
const CATCH_UP_MS = 2_000

/**
 * An erasure as the log says it: pending until its `Attest` is folded. It tells of every namespace that it was about, so one
 * that a policy denies makes it as good as absent.
 */
export async function readReceipt(
  context: SubjectsContext,
  identity: Identity,
  receiptId: string,
  reach?: Reach,
): Promise<ErasureState> {
  const find = () => storeAnswers(() => context.receipts.erasure(identity.tenant, receiptId))
  const erasure = (await find()) ?? ((await context.caughtUp(CATCH_UP_MS)) ? await find() : null)
  if (erasure === null) throw receiptNotFound(receiptId)
  const { rows, document } = erasure
  if (reach !== undefined) {
    for (const { namespace } of rows[0]!.parts) if (!(await reach(namespace))) throw receiptNotFound(receiptId)
  }
  if (document !== null) return { status: 'complete', receiptId, receipt: JSON.parse(document) as JsonObject }
  return {
    status: 'pending',
    receiptId,
    requestedAt: rows[0]!.recordedAt,
    namespaces: rows.map(({ namespace, memories }) => ({ namespace, memories })),
  }
}

const receiptNotFound = (receiptId: string): ProblemError =>
  new ProblemError({ code: 'receipt_not_found', detail: `There is no receipt ${receiptId} here.`, field: 'id' })
