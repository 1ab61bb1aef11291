import { createHash } from 'node:crypto'
import type { Filter } from '../domain/filter/filter.ts'
import { lengthPrefixed } from '../domain/length-prefixed.ts'
import type { Scope } from '../domain/names.ts'
import { ProblemError } from '../domain/problem.ts'

/** Where the next page of a list begins: below `offset`, newest first. */
export interface ListCursor {
  readonly foldVersion: number
  /** Generation that `offset` belongs to, 16 hex digits. */
  readonly generation: string
  readonly offset: number
}

const VERSION = 1
const HEAD_BYTES = 21
const DIGEST_BYTES = 16
const BYTES = HEAD_BYTES + DIGEST_BYTES

/** Opaque text for `cursor`, good only for the list of `scope` under `filter`. */
export function encodeCursor(cursor: ListCursor, scope: Scope, filter: Filter | null): string {
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt8(VERSION, 0)
  head.writeUInt32BE(cursor.foldVersion, 1)
  head.write(cursor.generation, 5, 8, 'hex')
  head.writeBigInt64BE(BigInt(cursor.offset), 13)
  return Buffer.concat([head, digest(head, scope, filter)]).toString('base64url')
}

/** Throws `invalid_cursor` unless {@link encodeCursor} made `text` for the same scope and filter. */
export function decodeCursor(text: string, scope: Scope, filter: Filter | null): ListCursor {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.length !== BYTES || bytes.toString('base64url') !== text) throw invalidCursor('It is not a cursor.')
  const head = bytes.subarray(0, HEAD_BYTES)
  if (head.readUInt8(0) !== VERSION || !digest(head, scope, filter).equals(bytes.subarray(HEAD_BYTES))) {
    throw invalidCursor('It was altered, or made for another namespace or other filters.')
  }
  return {
    foldVersion: head.readUInt32BE(1),
    generation: head.toString('hex', 5, 13),
    offset: Number(head.readBigInt64BE(13)),
  }
}

export const invalidCursor = (detail: string): ProblemError =>
  new ProblemError({
    code: 'invalid_cursor',
    detail,
    field: 'cursor',
    expected: '`next_cursor` of the page before, unchanged',
  })

function digest(head: Uint8Array, scope: Scope, filter: Filter | null): Buffer {
  const input = lengthPrefixed(head, scope.tenant, scope.namespace, filter === null ? '' : canonical(filter))
  return createHash('sha256').update(input).digest().subarray(0, DIGEST_BYTES)
}

/** One text for filters that differ only in the order of their parts: a JSON object has none. */
function canonical(filter: Filter): string {
  switch (filter.op) {
    case 'and':
    case 'or':
      return `${filter.op}(${filter.of.map(canonical).sort().join()})`
    case 'not':
      return `not(${canonical(filter.of)})`
    case 'in':
      return JSON.stringify(['in', filter.field, filter.values.map((value) => JSON.stringify(value)).sort()])
    case 'compare':
      return JSON.stringify(['compare', filter.field, filter.than, filter.value])
    case 'exists':
      return JSON.stringify(['exists', filter.field, filter.wanted])
  }
}
