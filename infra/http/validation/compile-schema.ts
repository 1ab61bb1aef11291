import { Ajv } from 'ajv'
import type { TSchema } from 'typebox'
import type { Problem } from '../../../domain/problem.ts'
import { problemOfSchemaError } from './problem-of-schema-error.ts'

/** Says what is wrong with a value, `null` when nothing is. `prefix` names it (`items[3]`) in the refusal. */
export type Check = (value: unknown, prefix?: string) => Problem | null

const strict = { allErrors: false, verbose: true, allowUnionTypes: true, removeAdditional: false } as const
const ajvOfBodies = new Ajv({ ...strict, coerceTypes: false })
/** Query strings and paths hold text only: numbers and booleans are read from it. */
const ajvOfText = new Ajv({ ...strict, coerceTypes: true })
for (const ajv of [ajvOfBodies, ajvOfText]) ajv.addKeyword({ keyword: 'x-expected', schemaType: 'string' })

export const compileBodySchema = (schema: TSchema, root = 'body'): Check => compile(ajvOfBodies, schema, root)

/** Alters the value in place: `"10"` becomes 10 where a number is due. */
export const compileTextSchema = (schema: TSchema, root: string): Check => compile(ajvOfText, schema, root)

function compile(ajv: Ajv, schema: TSchema, root: string): Check {
  // Ajv keeps what it compiled by the identity of the schema, so the routes under /v1 cost nothing.
  const validate = ajv.compile(schema)
  return (value, prefix) => {
    if (validate(value)) return null
    if (prefix === undefined && (value === undefined || value === null)) return absent(root)
    return problemOfSchemaError(validate.errors![0]!, prefix ?? root, prefix)
  }
}

const absent = (root: string): Problem => ({
  code: 'malformed_body',
  detail: `The request has no ${root}`,
  field: root,
  expected: 'a JSON object, with Content-Type: application/json',
})
