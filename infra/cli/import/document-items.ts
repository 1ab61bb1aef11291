import type { JsonObject } from '../../../domain/json.ts'
import { type ImportItem, keyedRequests, runIdOf } from './import-item.ts'
import { markdownSections } from './markdown-sections.ts'
import { packBlocks, plainTextPieces, TARGET_CHARACTERS } from './text-pieces.ts'

/** A file's text and its path relative to the folder that is imported, with `/`. */
export interface Document {
  readonly path: string
  readonly text: string
  readonly bytes: number
}

interface Piece {
  readonly content: string
  readonly headings: readonly string[]
}

/** Longer ones are prose that was marked as a heading. */
const MAX_HEADING = 200

const HEADING_SEPARATOR = ' › '

function markdownPieces(text: string): readonly Piece[] {
  return markdownSections(text).flatMap(({ headings: whole, blocks }) => {
    const headings = whole.map((heading) => [...heading].slice(0, MAX_HEADING).join(''))
    const title = headings.join(HEADING_SEPARATOR)
    const room = Math.max(TARGET_CHARACTERS / 2, TARGET_CHARACTERS - title.length)
    return packBlocks(blocks, room).map((piece) => ({
      content: title === '' ? piece : `${title}\n\n${piece}`,
      headings,
    }))
  })
}

/**
 * The memories of a document. A file's time is no part of them: it changes with every checkout, and importing the same
 * content again must be the same request.
 */
function documentItems(document: Document, pieces: readonly Piece[]): readonly ImportItem[] {
  const keyed = keyedRequests(document.path)
  return pieces.map(({ content, headings }) => {
    const heading = headings.at(-1)
    const section = headings.join(HEADING_SEPARATOR)
    const titled: JsonObject = heading === undefined ? {} : { heading, section }
    return {
      from: section === '' ? document.path : `${document.path}${HEADING_SEPARATOR}${section}`,
      request: keyed({
        content,
        run_id: runIdOf(document.path),
        kind: 'semantic',
        metadata: { source: document.path, ...titled },
      }),
      bytes: document.bytes / pieces.length,
    }
  })
}

export const markdownItems = (document: Document): readonly ImportItem[] =>
  documentItems(document, markdownPieces(document.text))

export const plainTextItems = (document: Document): readonly ImportItem[] =>
  documentItems(
    document,
    plainTextPieces(document.text).map((content) => ({ content, headings: [] })),
  )
