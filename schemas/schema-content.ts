import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import canonicalize from 'canonicalize'
import { type AvroShape, avroShapeOf, type NamedShape } from './avro-shape.ts'
import type { CatalogueEntry } from './catalogue.ts'

const here = new URL('./', import.meta.url)

/** A schema file of the catalogue, as JSON. */
export const readSchema = (entry: Pick<CatalogueEntry, 'file'>): unknown =>
  JSON.parse(readFileSync(new URL(entry.file, here), 'utf8'))

/** SHA-256 (hex) over RFC 8785 JSON: everything in the file but its layout, documentation included. */
export const fingerprintOf = (schema: unknown): string =>
  createHash('sha256').update(canonicalize(schema)!).digest('hex')

/**
 * The same text for schemas that read and write alike: names with their namespaces, defaults and aliases; neither
 * documentation nor layout. A registry may write a schema in its own way, and it is still recognised.
 */
export const schemaIdentity = (schema: unknown): string => canonicalize(plain(avroShapeOf(schema), new Set()))!

/** A shape without cycles: a type is written out where it comes first and named after that. */
function plain(shape: AvroShape, defined: Set<string>): unknown {
  switch (shape.kind) {
    case 'primitive':
      return shape
    case 'array':
      return { array: plain(shape.items, defined) }
    case 'map':
      return { map: plain(shape.values, defined) }
    case 'union':
      return { union: shape.branches.map((branch) => plain(branch, defined)) }
    default:
      return plainNamed(shape, defined)
  }
}

function plainNamed(shape: NamedShape, defined: Set<string>): unknown {
  if (defined.has(shape.name)) return { ref: shape.name }
  defined.add(shape.name)
  if (shape.kind !== 'record') return shape
  return {
    ...shape,
    fields: shape.fields.map((field) => ({
      name: field.name,
      aliases: field.aliases,
      type: plain(field.type, defined),
      // Wrapped, so that a default of null is not taken for none.
      ...(field.default === undefined ? {} : { default: [field.default] }),
    })),
  }
}
