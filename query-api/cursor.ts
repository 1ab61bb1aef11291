import type { Filter } from '../domain/filter/filter.ts'
import type { Scope } from '../domain/names.ts'
import { cursorText, headOfCursor, invalidCursor } from './cursor-text.ts'

/** Where the next page of a list begins: below `offset`, newest first. */
export interface ListCursor {
  readonly foldVersion: number
  /** Generation that `offset` belongs to, 16 hex digits. */
  readonly generation: string
  readonly offset: number
}

const VERSION = 1
const HEAD_BYTES = 21

/** Opaque text for `cursor`, good only for the list of `scope` under `filter`. */
export function encodeCursor(cursor: ListCursor, scope: Scope, filter: Filter | null): string {
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt8(VERSION, 0)
  head.writeUInt32BE(cursor.foldVersion, 1)
  head.write(cursor.generation, 5, 8, 'hex')
  head.writeBigInt64BE(BigInt(cursor.offset), 13)
  return cursorText(head, aboutOf(scope, filter))
}

/** Throws `invalid_cursor` unless {@link encodeCursor} made `text` for the same scope and filter. */
export function decodeCursor(text: string, scope: Scope, filter: Filter | null): ListCursor {
  const head = headOfCursor(text, aboutOf(scope, filter))
  if (head?.length !== HEAD_BYTES || head.readUInt8(0) !== VERSION) {
    throw invalidCursor('It is not a cursor, was altered, or was made for another namespace or other filters.')
  }
  return {
    foldVersion: head.readUInt32BE(1),
    generation: head.toString('hex', 5, 13),
    offset: Number(head.readBigInt64BE(13)),
  }
}

/** What a list of memories is about: no two lists that differ have the same. */
export const aboutOf = ({ tenant, namespace }: Scope, filter: Filter | null): readonly string[] => [
  tenant,
  namespace,
  filter === null ? '' : canonical(filter),
]

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
