import type { Filter } from '../domain/filter/filter.ts'
import type { Scope } from '../domain/names.ts'
import type { EpisodePlace } from '../domain/recall/recall-request.ts'
import { aboutOf } from './cursor.ts'
import { cursorText, headOfCursor, invalidCursor } from './cursor-text.ts'

const VERSION = 1
/** Before the name of the episode. */
const HEAD_BYTES = 9
/** Sets these apart from the cursors of other lists. */
const LIST = 'episodes'

/**
 * Opaque text for the page behind `place`, good only for the episodes of `scope` under `filter`. It holds the name itself:
 * the episode may be gone when it is read, and the place between others of the same instant is known by nothing else.
 */
export function encodeEpisodeCursor(place: EpisodePlace, scope: Scope, filter: Filter | null): string {
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt8(VERSION, 0)
  head.writeBigInt64BE(BigInt(place.lastOccurredAt), 1)
  return cursorText(Buffer.concat([head, Buffer.from(place.runId)]), [LIST, ...aboutOf(scope, filter)])
}

/** Throws `invalid_cursor` unless {@link encodeEpisodeCursor} made `text` for the same scope and filter. */
export function decodeEpisodeCursor(text: string, scope: Scope, filter: Filter | null): EpisodePlace {
  const head = headOfCursor(text, [LIST, ...aboutOf(scope, filter)])
  if (head === null || head.length <= HEAD_BYTES || head.readUInt8(0) !== VERSION) {
    throw invalidCursor('It is not a cursor, was altered, or was made for another namespace or other filters.')
  }
  return { lastOccurredAt: Number(head.readBigInt64BE(1)), runId: head.toString('utf8', HEAD_BYTES) }
}
