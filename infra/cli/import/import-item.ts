import { createHash } from 'node:crypto'
import type { JsonObject } from '../../../domain/json.ts'

/** One memory on its way to the server. */
export interface ImportItem {
  /** Where it comes from, for messages: `guide.md:12` or `guide.md › Install`. */
  readonly from: string
  /** In the shape of `/remember`, without a namespace; holds its `idempotency_key`. */
  readonly request: JsonObject
  /** How much of its file it stands for: progress is counted in bytes, because how many memories come is not known. */
  readonly bytes: number
}

/** A line or file that is no memory. */
export interface ImportTrouble {
  readonly from: string
  readonly reason: string
  readonly bytes: number
}

export type Imported = { readonly item: ImportItem } | { readonly trouble: ImportTrouble }

/** What the server allows, less a line number. */
const MAX_RUN_ID = 240

/** The episode of a file: its path, the end of it behind a hash when it is too long. */
export function runIdOf(path: string): string {
  const characters = [...path]
  if (characters.length <= MAX_RUN_ID) return path
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 16)
  return `${hash}…${characters.slice(hash.length + 1 - MAX_RUN_ID).join('')}`
}

/** So many different requests of one file are remembered to tell the second "ok" from the first (about 30 MB). */
const OCCURRENCE_WINDOW = 250_000

/**
 * Gives the requests of one file their idempotency keys: a hash of the file's path, of the request itself, and of how many
 * times the same request stood in the file before. So the same content has the same key wherever it moves within its
 * file, importing again adds nothing, and a changed section is another memory, never a conflict. A request that comes
 * again after `window` different ones counts as the first.
 */
export function keyedRequests(path: string, window = OCCURRENCE_WINDOW): (request: JsonObject) => JsonObject {
  const seen = new Map<string, number>()
  return (request) => {
    if (typeof request.idempotency_key === 'string') return request
    const body = createHash('sha256').update(JSON.stringify(request)).digest('base64url')
    const before = seen.get(body) ?? 0
    seen.delete(body)
    seen.set(body, before + 1)
    if (seen.size > window) {
      for (const oldest of seen.keys()) {
        seen.delete(oldest)
        break
      }
    }
    const key = createHash('sha256')
      .update(JSON.stringify([path, body, before]))
      .digest('base64url')
    return { ...request, idempotency_key: `import-${key}` }
  }
}
