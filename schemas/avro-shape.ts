/** An Avro schema with every name resolved: what resolution looks at, and nothing else (no docs, no order of attributes). */
export type AvroShape =
  | { readonly kind: 'primitive'; readonly type: Primitive; readonly logicalType: string | null }
  | { readonly kind: 'array'; readonly items: AvroShape }
  | { readonly kind: 'map'; readonly values: AvroShape }
  | { readonly kind: 'union'; readonly branches: readonly AvroShape[] }
  | NamedShape

export type NamedShape = RecordShape | EnumShape | FixedShape

interface Named {
  /** With its namespace. */
  readonly name: string
  /** With their namespaces. */
  readonly aliases: readonly string[]
}

export interface RecordShape extends Named {
  readonly kind: 'record'
  /** Filled while parsing, so that a record may refer to itself. */
  readonly fields: FieldShape[]
}

export interface FieldShape {
  readonly name: string
  readonly aliases: readonly string[]
  readonly type: AvroShape
  /** As in the schema; `undefined` when it has none. */
  readonly default: unknown
}

export interface EnumShape extends Named {
  readonly kind: 'enum'
  readonly symbols: readonly string[]
  readonly default: string | null
}

export interface FixedShape extends Named {
  readonly kind: 'fixed'
  readonly size: number
  readonly logicalType: string | null
}

const primitives = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const
export type Primitive = (typeof primitives)[number]

const isPrimitive = (type: unknown): type is Primitive => primitives.some((name) => name === type)

/** A schema as JSON holds it. */
interface SchemaJson {
  readonly type: unknown
  readonly name?: string
  readonly namespace?: string
  readonly aliases?: readonly string[]
  readonly fields?: readonly (SchemaJson & { readonly name: string; readonly default?: unknown })[]
  readonly symbols?: readonly string[]
  readonly default?: unknown
  readonly size?: number
  readonly items?: unknown
  readonly values?: unknown
  readonly logicalType?: string
}

type Names = Map<string, NamedShape>

/** Throws when `schema` refers to a type that it does not define, or is no schema. */
export const avroShapeOf = (schema: unknown): AvroShape => parse(schema, '', new Map())

function parse(schema: unknown, namespace: string, names: Names): AvroShape {
  if (typeof schema === 'string') return referred(schema, namespace, names)
  if (Array.isArray(schema)) {
    return { kind: 'union', branches: schema.map((branch: unknown) => parse(branch, namespace, names)) }
  }
  if (typeof schema !== 'object' || schema === null) throw new TypeError(`${JSON.stringify(schema)} is no Avro schema`)
  const json = schema as SchemaJson
  switch (json.type) {
    case 'record':
      return parseRecord(json, namespace, names)
    case 'enum':
    case 'fixed':
      return parseLeaf(json, namespace, names)
    case 'array':
      return { kind: 'array', items: parse(json.items, namespace, names) }
    case 'map':
      return { kind: 'map', values: parse(json.values, namespace, names) }
    default:
      if (!isPrimitive(json.type)) return parse(json.type, namespace, names)
      return { kind: 'primitive', type: json.type, logicalType: json.logicalType ?? null }
  }
}

function referred(name: string, namespace: string, names: Names): AvroShape {
  if (isPrimitive(name)) return { kind: 'primitive', type: name, logicalType: null }
  const known = names.get(qualified(name, namespace)) ?? names.get(name)
  if (known === undefined) throw new TypeError(`${name} is not defined in the schema`)
  return known
}

function parseRecord(json: SchemaJson, namespace: string, names: Names): RecordShape {
  const record: RecordShape = { kind: 'record', ...namesOf(json, namespace), fields: [] }
  names.set(record.name, record)
  const inner = namespaceOf(record.name)
  for (const field of json.fields ?? []) {
    const type = parse(field.type, inner, names)
    record.fields.push({ name: field.name, aliases: field.aliases ?? [], type, default: field.default })
  }
  return record
}

function parseLeaf(json: SchemaJson, namespace: string, names: Names): EnumShape | FixedShape {
  const named = namesOf(json, namespace)
  const shape: EnumShape | FixedShape =
    json.type === 'enum'
      ? {
          kind: 'enum',
          ...named,
          symbols: json.symbols ?? [],
          default: json.default === undefined ? null : String(json.default),
        }
      : { kind: 'fixed', ...named, size: json.size ?? 0, logicalType: json.logicalType ?? null }
  names.set(shape.name, shape)
  return shape
}

function namesOf(json: SchemaJson, enclosing: string): Named {
  const name = qualified(json.name ?? '', json.namespace ?? enclosing)
  return { name, aliases: (json.aliases ?? []).map((alias) => qualified(alias, namespaceOf(name))) }
}

const qualified = (name: string, namespace: string): string =>
  name.includes('.') || namespace === '' ? name : `${namespace}.${name}`

const namespaceOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('.')))
