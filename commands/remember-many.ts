import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Problem, ProblemError } from '../domain/problem.ts'
import { type AcceptDeps, answer, dataKeyOf, type Identified, identify, type Sealed, seal } from './accept.ts'
import { canonicalJson } from './canonical-json.ts'
import type { Caller, ItemResult, Receipt, RememberItem } from './command-api.ts'
import { embedTexts } from './embed-texts.ts'
import type { Intent } from './intent.ts'
import type { AppendResult } from './ports/log-writer.ts'
import type { DataKey } from './ports/vault.ts'
import { rememberIntent } from './remember-intent.ts'
import { firstAnswer } from './replay.ts'

/** Items that are sealed before other requests get a turn of the event loop. */
const SLICE = 32

/** An item of a batch, with its caller: each has an idempotency key of its own. */
interface Item {
  readonly caller: Caller
  readonly intent: Intent
  readonly key: Promise<DataKey>
}

/** An item that is new, with its ids and key. */
interface Accepted {
  readonly item: Item
  readonly identified: Identified
  readonly key: DataKey
  readonly requestHmac: Uint8Array
}

/** An item, or its result when it was answered before or cannot be written. */
type Checked = Accepted | { readonly result: ItemResult }

/** What an item came to before the log was asked. */
type Prepared = { readonly sealed: Sealed } | { readonly result: ItemResult }

/**
 * Accepts items in order; each has its own result. The way of `accept`, but a slice of items goes to the log at once.
 * Throws only when the log took none of them and it is the log's doing: then the whole request may be retried as it is.
 */
export async function rememberMany(
  deps: AcceptDeps,
  caller: Caller,
  items: readonly RememberItem[],
): Promise<readonly ItemResult[]> {
  const keys = dataKeys(deps, caller, items)
  await Promise.allSettled(keys.values())
  const left: Array<() => void> = []
  try {
    const pending: Array<Promise<readonly ItemResult[]>> = []
    for (let at = 0; at < items.length; at += SLICE) {
      if (at > 0) await nextTurn()
      const slice = items.slice(at, at + SLICE).map((item, i): Item => {
        const idempotencyKey = item.idempotencyKey ?? keyOfItem(caller, at + i)
        const intent = rememberIntent(caller.identity.tenant, item.request, idempotencyKey !== null)
        return { caller: { ...caller, idempotencyKey }, intent, key: keys.get(holderOf(item))! }
      })
      const checked = await Promise.all(slice.map((item) => check(deps, item, left)))
      const prepared = await sealAll(deps, await granted(caller, checked))
      pending.push(append(deps, slice, prepared))
    }
    const results = (await Promise.all(pending)).flat()
    const lost = results.map((result) => ('problem' in result ? unacknowledged(result.problem) : null))
    if (items.length > 0 && lost.every((problem) => problem !== null)) throw new ProblemError(lost[0]!)
    return results
  } finally {
    for (const leave of left) leave()
  }
}

const holderOf = ({ request }: RememberItem): string => JSON.stringify([request.namespace, request.subject])

/** Opens or makes the data keys of all subjects side by side: one group commit instead of one for each new user. */
function dataKeys(deps: AcceptDeps, caller: Caller, items: readonly RememberItem[]): Map<string, Promise<DataKey>> {
  const keys = new Map<string, Promise<DataKey>>()
  for (const item of items) {
    const holder = holderOf(item)
    if (keys.has(holder)) continue
    const key = dataKeyOf(deps.vault, rememberIntent(caller.identity.tenant, item.request, false))
    // A failure shows as the result of each item that needs the key.
    key.catch(() => undefined)
    keys.set(holder, key)
  }
  return keys
}

/** Gives an item its ids and looks whether it was answered before. */
async function check(deps: AcceptDeps, item: Item, left: Array<() => void>): Promise<Checked> {
  const { caller, intent } = item
  try {
    const identified = identify(deps, caller, intent)
    left.push(identified.leave)
    const key = await item.key
    const requestHmac = key.requestHmac(canonicalJson(intent.request))
    const first =
      caller.idempotencyKey === null ? null : await firstAnswer(deps, caller, intent, identified, requestHmac)
    return first === null ? { item, identified, key, requestHmac } : { result: { receipt: repeated(first) } }
  } catch (error) {
    return { result: problemOf(error) }
  }
}

/** The items that are new and beyond what the tenant may still write get its refusal. */
async function granted({ grant }: Caller, checked: readonly Checked[]): Promise<readonly Checked[]> {
  const fresh = checked.filter((one) => 'item' in one).length
  if (grant === undefined || fresh === 0) return checked
  const { granted: allowed, refusal } = await grant(fresh)
  if (refusal === null) return checked
  let seen = 0
  return checked.map((one) => {
    if (!('item' in one)) return one
    seen += 1
    return seen <= allowed ? one : { result: { problem: refusal } }
  })
}

/** Embeds the texts of a slice together and seals each item. */
async function sealAll(deps: AcceptDeps, checked: readonly Checked[]): Promise<readonly Prepared[]> {
  const fresh = checked.flatMap((one) => ('item' in one ? [one] : []))
  const vectors = await embedTexts(
    deps,
    fresh.map(({ item }) => item.intent.text ?? ''),
  )
  let next = 0
  return checked.map((one): Prepared => {
    if (!('item' in one)) return one
    const vector = vectors[next++]
    try {
      return { sealed: seal(deps, one.item.caller, one.item.intent, one.identified, { ...one, vector }) }
    } catch (error) {
      return { result: problemOf(error) }
    }
  })
}

/** Sends what is sealed to the log, in order, and answers every item of the slice. */
async function append(
  deps: AcceptDeps,
  slice: readonly Item[],
  prepared: readonly Prepared[],
): Promise<readonly ItemResult[]> {
  const records = prepared.flatMap((one) => ('sealed' in one ? [one.sealed.record] : []))
  let appended: readonly AppendResult[]
  try {
    appended = await deps.appender.appendAll(records)
  } catch (error) {
    const refusal = problemOf(error)
    return prepared.map((one) => ('sealed' in one ? refusal : one.result))
  }
  let next = 0
  return Promise.all(
    prepared.map(async (one, i): Promise<ItemResult> => {
      if ('result' in one) return one.result
      try {
        return { receipt: repeated(await answer(deps, slice[i]!.caller, one.sealed, appended[next++]!)) }
      } catch (error) {
        return problemOf(error)
      }
    }),
  )
}

const repeated = (receipt: Receipt): Receipt => (receipt.replayed ? { ...receipt, status: 'duplicate' } : receipt)

/** An item's own trouble is its result; anything else is a bug and ends the request. */
function problemOf(error: unknown): { readonly problem: Problem } {
  if (error instanceof ProblemError) return { problem: error.problem }
  throw error
}

/** One header covers a batch: each item gets a key of its own from it, by its place. */
const keyOfItem = (caller: Caller, index: number): string | null =>
  caller.idempotencyKey === null ? null : `${caller.idempotencyKey}/${index}`

const unacknowledged = (problem: Problem): Problem | null =>
  problem.code === 'log_unavailable' || problem.code === 'outcome_unknown' || problem.code === 'overloaded'
    ? problem
    : null
