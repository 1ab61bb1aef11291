import canonicalize from 'canonicalize'
import { avroShapeOf, type RecordShape } from './avro-shape.ts'

/** What differs between two schemas of a record, a line each, by field; empty when they read and write alike. */
export function schemaDifferences(here: unknown, there: unknown): readonly string[] {
  const [mine, theirs] = [recordOf(here), recordOf(there)]
  if (mine === null || theirs === null) return mine === theirs ? [] : ['one of them is no record']
  const renamed = mine.name === theirs.name ? [] : [`named ${mine.name} here and ${theirs.name} there`]
  const names = new Set([...mine.fields, ...theirs.fields].map(({ name }) => name))
  return [
    ...renamed,
    ...[...names].flatMap((name) => fieldDifference(name, fieldsOf(here, name), fieldsOf(there, name))),
  ]
}

function recordOf(schema: unknown): RecordShape | null {
  const shape = avroShapeOf(schema)
  return shape.kind === 'record' ? shape : null
}

/** The field as the schema writes it, without its documentation. */
function fieldsOf(schema: unknown, name: string): string | null {
  const { fields } = schema as { readonly fields: ReadonlyArray<{ readonly name: string }> }
  const field = fields.find((one) => one.name === name)
  return field === undefined ? null : canonicalize(withoutDoc(field))!
}

const withoutDoc = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (key, inner: unknown) => (key === 'doc' ? undefined : inner))

function fieldDifference(name: string, mine: string | null, theirs: string | null): readonly string[] {
  if (mine === theirs) return []
  if (theirs === null) return [`field ${name} is only here`]
  if (mine === null) return [`field ${name} is only there`]
  return [`field ${name} is ${mine} here and ${theirs} there`]
}
