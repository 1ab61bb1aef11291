import type { AvroShape, EnumShape, FieldShape, FixedShape, Primitive, RecordShape } from './avro-shape.ts'

/** What keeps a reader from reading what a writer wrote. */
export type ReadRule =
  | 'field-without-default'
  | 'ambiguous-alias'
  | 'type-changed'
  | 'enum-symbol-without-default'
  | 'fixed-size-changed'
  | 'union-branch-missing'
  | 'name-changed'
  /** Readable as Avro goes, and read as something else: `timestamp-millis` as `timestamp-micros`. */
  | 'logical-type-changed'

export interface ReadFault {
  readonly rule: ReadRule
  /** `Remember.links[].rel`; `[]` the items of an array, `{}` the values of a map. */
  readonly path: string
  /** What stands there, without saying who reads and who wrote. */
  readonly detail: string
}

/** Faults of records by their two names, so that one that contains itself ends. */
type Compared = Map<string, readonly ReadFault[]>

/**
 * Schema resolution of Avro 1.11: why `reader` cannot read everything that `writer` can write; empty when it can. Names are
 * compared with their namespaces.
 */
export const readFaults = (reader: AvroShape, writer: AvroShape): readonly ReadFault[] =>
  compare(reader, writer, rootOf(reader), new Map())

const rootOf = (shape: AvroShape): string => ('name' in shape ? (shape.name.split('.').at(-1) ?? '') : '')

function compare(reader: AvroShape, writer: AvroShape, path: string, compared: Compared): readonly ReadFault[] {
  if (writer.kind === 'union') return writer.branches.flatMap((branch) => compare(reader, branch, path, compared))
  if (reader.kind === 'union') return compareUnion(reader.branches, writer, path, compared)
  if (reader.kind === 'array' && writer.kind === 'array') {
    return compare(reader.items, writer.items, `${path}[]`, compared)
  }
  if (reader.kind === 'map' && writer.kind === 'map')
    return compare(reader.values, writer.values, `${path}{}`, compared)
  if (reader.kind === 'record' && writer.kind === 'record') return compareRecords(reader, writer, path, compared)
  if (reader.kind === 'enum' && writer.kind === 'enum') return compareEnums(reader, writer, path)
  if (reader.kind === 'fixed' && writer.kind === 'fixed') return compareFixed(reader, writer, path)
  if (reader.kind === 'primitive' && writer.kind === 'primitive') return comparePrimitives(reader, writer, path)
  return [typeChanged(reader, writer, path)]
}

const typeChanged = (reader: AvroShape, writer: AvroShape, path: string): ReadFault => ({
  rule: 'type-changed',
  path,
  detail: `${describe(writer)} cannot be read as ${describe(reader)}`,
})

/** Any branch will do. Where none does, the branch that is meant says why: one of the same kind and name. */
function compareUnion(branches: readonly AvroShape[], writer: AvroShape, path: string, compared: Compared) {
  const tried = branches.map((branch) => ({ branch, faults: compare(branch, writer, path, compared) }))
  const best =
    tried.find(({ faults }) => faults.length === 0) ??
    tried.find(({ faults }) => faults.every(({ rule }) => rule === 'logical-type-changed')) ??
    tried.find(({ branch }) => describe(branch) === describe(writer))
  if (best !== undefined) return best.faults
  const has = branches.map(describe).join(', ')
  const fault: ReadFault = { rule: 'union-branch-missing', path, detail: `${describe(writer)} is not among ${has}` }
  return [fault]
}

function compareRecords(reader: RecordShape, writer: RecordShape, path: string, compared: Compared) {
  const pair = `${reader.name}:${writer.name}`
  const known = compared.get(pair)
  if (known !== undefined) return known
  compared.set(pair, [])
  const faults = [
    ...nameFaults(reader, writer, path),
    ...reader.fields.flatMap((field) => compareField(field, writer, path, compared)),
  ]
  compared.set(pair, faults)
  return faults
}

function compareField(field: FieldShape, writer: RecordShape, parent: string, compared: Compared) {
  const path = `${parent}.${field.name}`
  const names = [field.name, ...field.aliases]
  const [written, ...others] = writer.fields.filter(({ name }) => names.includes(name))
  if (others.length > 0) {
    const detail = `both ${written!.name} and ${others[0]!.name} could be it`
    return [{ rule: 'ambiguous-alias', path, detail } satisfies ReadFault]
  }
  if (written !== undefined) return compare(field.type, written.type, path, compared)
  if (field.default !== undefined) return []
  return [{ rule: 'field-without-default', path, detail: `${field.name} has no default` } satisfies ReadFault]
}

function compareEnums(reader: EnumShape, writer: EnumShape, path: string): readonly ReadFault[] {
  const unknown = writer.symbols.filter((symbol) => !reader.symbols.includes(symbol))
  const isReadable = unknown.length === 0 || reader.default !== null
  const detail = `${unknown.join(', ')} of ${reader.name}, which has no default`
  return [
    ...nameFaults(reader, writer, path),
    ...(isReadable ? [] : [{ rule: 'enum-symbol-without-default', path, detail } satisfies ReadFault]),
  ]
}

function compareFixed(reader: FixedShape, writer: FixedShape, path: string): readonly ReadFault[] {
  const detail = `${writer.name} of ${writer.size} bytes cannot be read as ${reader.size}`
  return [
    ...nameFaults(reader, writer, path),
    ...(reader.size === writer.size ? [] : [{ rule: 'fixed-size-changed', path, detail } satisfies ReadFault]),
    ...logicalFaults(reader.logicalType, writer.logicalType, path),
  ]
}

/** What a primitive can also be read from. */
const promotions: Partial<Record<Primitive, readonly Primitive[]>> = {
  long: ['int'],
  float: ['int', 'long'],
  double: ['int', 'long', 'float'],
  string: ['bytes'],
  bytes: ['string'],
}

type PrimitiveShape = Extract<AvroShape, { readonly kind: 'primitive' }>

function comparePrimitives(reader: PrimitiveShape, writer: PrimitiveShape, path: string): readonly ReadFault[] {
  const isReadable = reader.type === writer.type || (promotions[reader.type] ?? []).includes(writer.type)
  return isReadable ? logicalFaults(reader.logicalType, writer.logicalType, path) : [typeChanged(reader, writer, path)]
}

function logicalFaults(reader: string | null, writer: string | null, path: string): readonly ReadFault[] {
  if (reader === writer) return []
  return [{ rule: 'logical-type-changed', path, detail: `${writer ?? 'none'} cannot be read as ${reader ?? 'none'}` }]
}

function nameFaults(
  reader: { readonly name: string; readonly aliases: readonly string[] },
  writer: { readonly name: string },
  path: string,
): readonly ReadFault[] {
  if (reader.name === writer.name || reader.aliases.includes(writer.name)) return []
  return [{ rule: 'name-changed', path, detail: `${writer.name} is neither ${reader.name} nor an alias of it` }]
}

function describe(shape: AvroShape): string {
  switch (shape.kind) {
    case 'primitive':
      return shape.type
    case 'record':
    case 'enum':
    case 'fixed':
      return `${shape.kind} ${shape.name}`
    default:
      return shape.kind
  }
}
