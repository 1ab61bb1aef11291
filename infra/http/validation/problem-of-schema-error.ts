import type { ErrorObject } from 'ajv'
import type { Problem } from '../../../domain/problem.ts'
import { elementPath, memberPath } from '../../../domain/request/field-path.ts'
import { expectedOfSchema, type FieldSchema } from './expected-of-schema.ts'
import { suggestName } from './suggest-name.ts'

/**
 * An Ajv error (of a validator made with `verbose`) as a problem. `root` names the whole value (`body`), `prefix` stands
 * before the names of its fields (`items[3]`).
 */
export function problemOfSchemaError(error: ErrorObject, root: string, prefix = ''): Problem {
  const schema = (error.parentSchema ?? {}) as FieldSchema
  const path = pathOf(error.instancePath, prefix)
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownField(path, String(error.params.additionalProperty), schema)
    case 'required': {
      // A misspelt name is more useful to hear of than the name that is missing because of it.
      const unknown = unknownMember(error.data, error.parentSchema)
      if (unknown !== null) return unknownField(path, unknown, schema)
      const field = memberPath(path, String(error.params.missingProperty))
      const wanted = schema.properties?.[String(error.params.missingProperty)] ?? {}
      return { code: 'invalid_request', detail: `\`${field}\` is missing`, field, expected: expectedOfSchema(wanted) }
    }
    default: {
      const field = path === '' ? root : path
      const expected = expectedOfSchema(schema)
      return { code: 'invalid_request', detail: `\`${field}\` ${whatIsWrong(error)}`, field, expected }
    }
  }
}

function unknownMember(data: unknown, schema: ErrorObject['parentSchema']): string | null {
  if (schema?.additionalProperties !== false) return null
  return Object.keys(data as object).find((name) => !Object.hasOwn(schema.properties, name)) ?? null
}

function unknownField(path: string, name: string, schema: FieldSchema): Problem {
  const field = memberPath(path, name)
  const known = Object.keys(schema.properties ?? {})
  const suggestion = suggestName(name, known)
  return {
    code: 'unknown_field',
    detail: `\`${field}\` is not a field here${suggestion === null ? '' : `; did you mean \`${suggestion}\`?`}`,
    field,
    expected: `one of: ${known.join(', ')}`,
  }
}

/** `/items/3/content` (RFC 6901) as `items[3].content`. */
function pathOf(pointer: string, prefix: string): string {
  let path = prefix
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    path = /^\d+$/.test(name) ? elementPath(path, Number(name)) : memberPath(path, name)
  }
  return path
}

const KIND_OF: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  undefined: 'absent',
}

function whatIsWrong(error: ErrorObject): string {
  switch (error.keyword) {
    case 'type':
      return `is ${kindOf(error.data)}`
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return error.params.limit === 1 ? 'is empty' : 'is too short'
    case 'maxLength':
    case 'maxItems':
      return 'is too long'
    case 'minimum':
    case 'exclusiveMinimum':
      return 'is too small'
    case 'maximum':
      return 'is too large'
    default:
      return 'is not valid'
  }
}

function kindOf(data: unknown): string {
  if (data === null) return 'null'
  return Array.isArray(data) ? 'a list' : (KIND_OF[typeof data] ?? typeof data)
}
