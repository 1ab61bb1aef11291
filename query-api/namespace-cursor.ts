import { cursorText, headOfCursor, invalidCursor } from './cursor-text.ts'

const VERSION = 1
/** Sets these apart from the cursors of other lists. */
const LIST = 'namespaces'

/** Opaque text for the page after the namespace `name`, good only for the list of the same tenant. */
export const encodeNamespaceCursor = (name: string, tenant: string): string =>
  cursorText(Buffer.concat([Buffer.of(VERSION), Buffer.from(name)]), [LIST, tenant])

/** The name that {@link encodeNamespaceCursor} was given. Throws `invalid_cursor`. */
export function decodeNamespaceCursor(text: string, tenant: string): string {
  const head = headOfCursor(text, [LIST, tenant])
  if (head?.[0] !== VERSION) throw invalidCursor('It is not a cursor of this list.')
  return head.toString('utf8', 1)
}
