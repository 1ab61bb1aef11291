import type { RequestBounds } from '../../domain/limits/request-bounds.ts'
import { type Problem, ProblemError } from '../../domain/problem.ts'
import type { RememberItem } from '../command-api.ts'
import { type RememberBody, type SharedRememberFields, toRememberRequest } from './remember-body.ts'

export interface BatchItem extends RememberBody {
  readonly idempotency_key?: string
}

export interface BatchMessage {
  readonly role: string
  readonly name?: string | null
  readonly content: string
  readonly occurred_at?: string | null
  readonly idempotency_key?: string
}

/** What became of one item of a batch: ready to be remembered, or refused for a reason of its own. */
export type ParsedItem =
  | { readonly ok: true; readonly item: RememberItem }
  | { readonly ok: false; readonly problem: Problem }

/** Where an item stands, and in which batch. */
export interface BatchPlace {
  readonly index: number
  /** The batch's `Idempotency-Key`. */
  readonly keyOfBatch: string | null
  /** Of the tenant whose batch it is. */
  readonly bounds: RequestBounds
}

/** The shared fields of a batch, checked once: what is wrong with them is wrong with the whole batch. */
export function checkShared(shared: SharedRememberFields, bounds: RequestBounds): SharedRememberFields {
  toRememberRequest({ ...shared, content: 'x' }, bounds)
  const { episode, ...rest } = shared
  return episode === undefined ? rest : { ...rest, run_id: episode }
}

/**
 * One item under the batch's shared fields; its own win. `keyOfBatch` is the batch's `Idempotency-Key`: together with
 * the index it keys every item that brings no key itself.
 */
export function toBatchItem(
  shared: SharedRememberFields,
  own: BatchItem,
  at: BatchPlace & { readonly prefix: string },
): ParsedItem {
  const { idempotency_key: ownKey, ...fields } = own
  try {
    const request = toRememberRequest(merge(shared, fields, at.prefix), at.bounds, at.prefix)
    return { ok: true, item: { request, idempotencyKey: ownKey ?? itemKey(at.keyOfBatch, at.index) } }
  } catch (error) {
    if (error instanceof ProblemError) return { ok: false, problem: error.problem }
    throw error
  }
}

const itemKey = (keyOfBatch: string | null, index: number): string | null =>
  keyOfBatch === null ? null : `${keyOfBatch}/${index}`

function merge(shared: SharedRememberFields, own: RememberBody, prefix: string): RememberBody {
  const namespace = shared.namespace ?? 'default'
  if (own.namespace !== undefined && own.namespace !== namespace) {
    throw new ProblemError({
      code: 'invalid_request',
      detail: 'A batch has one namespace, because it has one order',
      field: `${prefix}namespace`,
      expected: `${namespace}, or no namespace here: state it at the top`,
    })
  }
  if (own.episode === undefined || own.run_id !== undefined) return { ...shared, ...own }
  const { run_id: _replaced, ...others } = shared
  return { ...others, ...own }
}

/** A message of a conversation as an item: who spoke is the author, the role stays in the metadata. */
export function messageToItem(shared: SharedRememberFields, message: BatchMessage): BatchItem {
  return {
    content: message.content,
    author: message.name ?? message.role,
    metadata: { ...shared.metadata, role: message.role },
    ...(message.occurred_at === undefined ? {} : { occurred_at: message.occurred_at }),
    ...(message.idempotency_key === undefined ? {} : { idempotency_key: message.idempotency_key }),
  }
}
