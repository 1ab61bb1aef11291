import avsc from 'avsc'
import type { ReadResult } from './avro-reader.ts'
import { entryOf, newestOf, typeOf } from './catalogue.ts'

type Field = { readonly name: string }
type Resolver = ReturnType<avsc.Type['createResolver']>

/** Reads some fields of a type's records, of whatever version, and skips the others: they are not even made strings. */
export function avroProjection<T>(
  type: string,
  fields: ReadonlyArray<keyof T & string>,
): (number: number, bytes: Buffer) => ReadResult<T> {
  const whole = typeOf(newestOf(type)).schema() as { readonly fields: readonly Field[] }
  const kept = whole.fields.filter(({ name }) => (fields as readonly string[]).includes(name))
  const wanted = avsc.Type.forSchema({ ...whole, fields: kept } as avsc.Schema, { wrapUnions: true })
  const resolvers = new Map<number, Resolver>()
  const resolverOf = (number: number): Resolver | undefined => {
    const entry = entryOf(number)
    if (entry?.type !== type) return undefined
    const resolver = resolvers.get(number) ?? wanted.createResolver(typeOf(entry))
    resolvers.set(number, resolver)
    return resolver
  }
  return (number, bytes) => {
    const entry = entryOf(number)
    if (entry === undefined) return { ok: false, reason: 'unknown-schema', number }
    const resolver = resolverOf(number)
    if (resolver === undefined)
      return { ok: false, reason: 'undecodable', detail: `schema ${number} (${entry.type}) is no ${type}` }
    try {
      return { ok: true, entry, value: wanted.fromBuffer(bytes, resolver) as T }
    } catch (error) {
      return { ok: false, reason: 'undecodable', detail: (error as Error).message }
    }
  }
}
