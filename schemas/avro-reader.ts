import type avsc from 'avsc'
import { type CatalogueEntry, entryOf, newestOf, typeOf } from './catalogue.ts'

export type ReadResult<T> =
  | { readonly ok: true; readonly entry: CatalogueEntry; readonly value: T }
  /** A newer writer is out: wait for a build that knows the number, never drop the record. */
  | { readonly ok: false; readonly reason: 'unknown-schema'; readonly number: number }
  /** No bytes of the schema that they claim to be of. */
  | { readonly ok: false; readonly reason: 'undecodable'; readonly detail: string }

interface Reader {
  readonly entry: CatalogueEntry
  readonly type: avsc.Type
  readonly resolver: ReturnType<avsc.Type['createResolver']> | undefined
}

/** One reader for each writer's schema, made once: building a resolver for each record costs 350 times the decoding. */
const readers = new Map<number, Reader>()

function readerOf(number: number): Reader | undefined {
  const known = readers.get(number)
  if (known !== undefined) return known
  const entry = entryOf(number)
  if (entry === undefined) return undefined
  const written = typeOf(entry)
  const wanted = typeOf(newestOf(entry.type))
  const reader = { entry, type: wanted, resolver: written === wanted ? undefined : wanted.createResolver(written) }
  readers.set(number, reader)
  return reader
}

/** Decodes `bytes`, written with the schema of `number`, as the newest schema of its type. */
export function readAvro<T>(number: number, bytes: Uint8Array): ReadResult<T> {
  const reader = readerOf(number)
  if (reader === undefined) return { ok: false, reason: 'unknown-schema', number }
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    return { ok: true, entry: reader.entry, value: reader.type.fromBuffer(buffer, reader.resolver) as T }
  } catch (error) {
    return { ok: false, reason: 'undecodable', detail: (error as Error).message }
  }
}
