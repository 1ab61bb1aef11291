import { createHash } from 'node:crypto'
import { lengthPrefixed } from '../domain/length-prefixed.ts'
import { ProblemError } from '../domain/problem.ts'

const DIGEST_BYTES = 16

/** Opaque text for `cursor`: `head`, and a digest that binds it to what the list is about. */
export const cursorText = (head: Uint8Array, about: readonly string[]): string =>
  Buffer.concat([head, digest(head, about)]).toString('base64url')

/** The head of a text that {@link cursorText} made about the same; `null` for any other text. */
export function headOfCursor(text: string, about: readonly string[]): Buffer | null {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.length <= DIGEST_BYTES || bytes.toString('base64url') !== text) return null
  const head = bytes.subarray(0, -DIGEST_BYTES)
  return digest(head, about).equals(bytes.subarray(-DIGEST_BYTES)) ? head : null
}

export const invalidCursor = (detail: string): ProblemError =>
  new ProblemError({
    code: 'invalid_cursor',
    detail,
    field: 'cursor',
    expected: '`next_cursor` of the page before, unchanged',
  })

const digest = (head: Uint8Array, about: readonly string[]): Buffer =>
  createHash('sha256')
    .update(lengthPrefixed(head, ...about))
    .digest()
    .subarray(0, DIGEST_BYTES)
