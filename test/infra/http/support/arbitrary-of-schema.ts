import fc from 'fast-check'

/** As much of JSON Schema 2020-12 as the served document uses. */
export interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly pattern?: string
  readonly format?: string
}

const LONGEST = 40
const MOST_ITEMS = 4

/** Values of a schema, those at its edges, and now and then one that is none of its values. */
export function arbitraryOf(schema: JsonSchema, texts: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 12, arbitrary: valueIn(schema, texts) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  )
}

function valueIn(schema: JsonSchema, texts: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => valueIn(choice, texts)))
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (schema.const !== undefined) return fc.constant(schema.const)
  const types = schema.type === undefined ? ['object'] : [schema.type].flat()
  return fc.oneof(...types.map((type) => ofType(type, schema, texts)))
}

function ofType(type: string, schema: JsonSchema, texts: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  const { minimum = -1e9, maximum = 1e9 } = schema
  switch (type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.oneof(
        fc.integer({ min: Math.ceil(minimum), max: Math.floor(maximum) }),
        fc.constantFrom(minimum, maximum),
      )
    case 'number':
      return fc.oneof(fc.double({ min: minimum, max: maximum, noNaN: true }), fc.constantFrom(minimum, maximum))
    case 'array':
      return fc.array(arbitraryOf(schema.items ?? {}, texts), {
        minLength: Math.min(schema.minItems ?? 0, MOST_ITEMS),
        maxLength: Math.min(schema.maxItems ?? MOST_ITEMS, MOST_ITEMS),
      })
    case 'object':
      return objectOf(schema, texts)
    default:
      return stringOf(schema, texts)
  }
}

function objectOf(schema: JsonSchema, texts: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  if (schema.properties === undefined) return fc.dictionary(texts, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 })
  const members = Object.entries(schema.properties).map(([name, one]) => [name, arbitraryOf(one, texts)] as const)
  return fc.record(Object.fromEntries(members), { requiredKeys: [...(schema.required ?? [])], noNullPrototype: true })
}

function stringOf(schema: JsonSchema, texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  if (schema.format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString())
  const { minLength = 0, maxLength = LONGEST } = schema
  const free = fc.string({
    unit: 'grapheme',
    minLength: Math.min(minLength, LONGEST),
    maxLength: Math.min(maxLength, LONGEST),
  })
  if (schema.pattern === undefined) return fc.oneof(free, texts)
  return fc.oneof(texts, fc.stringMatching(new RegExp(schema.pattern.replace(/\{(\d+),(\d{3,})\}/g, '{$1,20}'))))
}
