/** The parts of a JSON Schema that say what is valid, as far as the edge's schemas use them. */
export interface FieldSchema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly minProperties?: number
  readonly 'x-expected'?: string
  readonly properties?: Readonly<Record<string, FieldSchema>>
}

const NOUNS: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
}

/** What would be valid where `schema` holds, in words: `a string of 1 to 50,000 characters`. */
export function expectedOfSchema(schema: FieldSchema): string {
  if (schema['x-expected'] !== undefined) return schema['x-expected']
  if (schema.enum !== undefined) return `one of: ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  const types = schema.type === undefined ? [] : [schema.type].flat()
  const nouns = types.map((type) => NOUNS[type] ?? type)
  return [[nouns[0] ?? 'a value', bounds(schema)].join(''), ...nouns.slice(1)].join(' or ')
}

function bounds(schema: FieldSchema): string {
  if (schema.maxLength !== undefined) return ` of ${range(schema.minLength ?? 0, schema.maxLength)} characters`
  if (schema.maxItems !== undefined) return ` of ${range(schema.minItems ?? 0, schema.maxItems)} elements`
  if (schema.minimum !== undefined && schema.maximum !== undefined)
    return ` from ${range(schema.minimum, schema.maximum)}`
  return ''
}

const range = (least: number, most: number): string => `${grouped(least)} to ${grouped(most)}`

const grouped = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 3 })
