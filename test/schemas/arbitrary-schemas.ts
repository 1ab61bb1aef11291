import fc from 'fast-check'

const primitiveNames = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const
const fieldNames = ['a', 'b', 'c', 'd'] as const
const symbols = ['X', 'Y', 'Z'] as const

/** A schema as JSON, whose named types are all different: `name` counts up. */
type Draft = (name: () => string) => unknown

const primitive = fc.constantFrom(...primitiveNames).map(
  (type): Draft =>
    () =>
      type,
)

const enumeration = fc
  .record({ symbols: fc.subarray([...symbols], { minLength: 1 }), hasDefault: fc.boolean() })
  .map(({ symbols: some, hasDefault }): Draft => {
    return (name) => ({ type: 'enum', name: name(), symbols: some, ...(hasDefault ? { default: some[0] } : {}) })
  })

const fixed = fc.integer({ min: 1, max: 3 }).map(
  (size): Draft =>
    (name) => ({ type: 'fixed', name: name(), size }),
)

/** A union of things that Avro can tell apart. */
const union = fc
  .subarray([...primitiveNames], { minLength: 1, maxLength: 3 })
  .chain((plain) => fc.tuple(fc.constant(plain), fc.option(enumeration), fc.shuffledSubarray(plain, { minLength: 1 })))
  .map(
    ([_, other, plain]): Draft =>
      (name) =>
        other === null ? plain : [...plain, other(name)],
  )

/** A default that is valid for the type, or none where the type has no simple one. */
function defaultFor(type: unknown): { readonly default?: unknown } {
  const first = Array.isArray(type) ? (type as unknown[])[0] : type
  const defaults: Record<string, unknown> = {
    null: null,
    boolean: false,
    int: 0,
    long: 0,
    float: 0,
    double: 0,
    bytes: '',
    string: '',
  }
  if (typeof first === 'string' && first in defaults) return { default: defaults[first] }
  const { type: kind } = first as { type: string }
  if (kind === 'array') return { default: [] }
  return kind === 'map' ? { default: {} } : {}
}

const { record } = fc.letrec<{ type: Draft; record: Draft }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'schema' },
    primitive,
    enumeration,
    fixed,
    union,
    tie('type').map(
      (items): Draft =>
        (name) => ({ type: 'array', items: items(name) }),
    ),
    tie('type').map(
      (values): Draft =>
        (name) => ({ type: 'map', values: values(name) }),
    ),
    tie('record'),
  ),
  record: fc
    .uniqueArray(
      fc.record({
        name: fc.constantFrom(...fieldNames),
        type: tie('type'),
        hasDefault: fc.boolean(),
        alias: fc.option(fc.constantFrom(...fieldNames), { freq: 6 }),
        isRecursive: fc.nat(9).map((n) => n === 0),
      }),
      { maxLength: 4, selector: ({ name }) => name },
    )
    .map((fields): Draft => {
      return (nextName) => {
        const name = nextName()
        return {
          type: 'record',
          name,
          namespace: 'test.generated',
          fields: fields.map((field) => {
            const type = field.isRecursive ? { type: 'array', items: name } : field.type(nextName)
            const alias = field.alias === null || field.alias === field.name ? {} : { aliases: [field.alias] }
            return { name: field.name, type, ...(field.hasDefault ? defaultFor(type) : {}), ...alias }
          }),
        }
      }
    }),
}))

const named = (draft: Draft, prefix: string): unknown => {
  let count = 0
  return draft(() => `${prefix}${++count}`)
}

/** Two records of the same name: unrelated ones, or two drafts that share most of their fields. */
export const arbitrarySchemaPair: fc.Arbitrary<readonly [unknown, unknown]> = fc.oneof(
  fc.tuple(record, record).map(([one, other]) => [named(one, 'T'), named(other, 'T')] as const),
  fc
    .tuple(record, record, fc.subarray([...fieldNames]), fc.nat(9))
    .map(([one, other, taken, rename]) => mixed(one, other, taken, rename === 0)),
)

interface RecordJson {
  readonly name: string
  readonly fields: readonly { readonly name: string }[]
}

/** One record, and the same with some fields taken from another; now and then under another name. */
function mixed(one: Draft, other: Draft, taken: readonly string[], isRenamed: boolean): readonly [unknown, unknown] {
  const base = named(one, 'T') as RecordJson
  const donor = named(other, 'D') as RecordJson
  // A donor's field may refer to the donor by name, which does not exist here.
  const given = donor.fields.filter(({ name }) => taken.includes(name)).filter((field) => !refersTo(field, donor.name))
  const kept = base.fields.filter(({ name }) => !given.some((field) => field.name === name))
  const changed = { ...base, fields: [...kept, ...given] }
  return [
    base,
    isRenamed && !refersTo(changed, base.name) ? { ...changed, aliases: [base.name], name: 'Renamed' } : changed,
  ]
}

const refersTo = (field: object, name: string): boolean => JSON.stringify(field).includes(`"items":"${name}"`)
