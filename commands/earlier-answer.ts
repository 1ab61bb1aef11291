import { type AcceptDeps, dataKeyOf, identify } from './accept.ts'
import { canonicalJson } from './canonical-json.ts'
import type { Caller, Receipt } from './command-api.ts'
import type { Intent } from './intent.ts'
import { firstAnswer } from './replay.ts'

/**
 * The answer that this very request got before under its key, or `null`. For what has to know it before it can say what the
 * command is about. Throws as {@link firstAnswer} does, and `request_in_flight`.
 */
export async function earlierAnswer(deps: AcceptDeps, caller: Caller, intent: Intent): Promise<Receipt | null> {
  if (caller.idempotencyKey === null) return null
  const identified = identify(deps, caller, intent)
  try {
    const key = await dataKeyOf(deps.vault, intent)
    return await firstAnswer(deps, caller, intent, identified, key.requestHmac(canonicalJson(intent.request)))
  } finally {
    identified.leave()
  }
}
