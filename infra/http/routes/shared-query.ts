import type { SharedRememberFields } from '../../../commands/requests/remember-body.ts'
import { ProblemError } from '../../../domain/problem.ts'
import { parseJson } from '../json-body.ts'
import { batchShared } from '../schemas/remember-schema.ts'
import { compileBodySchema } from '../validation/compile-schema.ts'

/** Shared fields as they stand in a query string: text, or several times the same name. */
export interface SharedQuery extends Omit<SharedRememberFields, 'tags' | 'metadata' | 'links'> {
  readonly tags?: string | readonly string[]
  /** JSON. */
  readonly metadata?: string
  /** JSON. */
  readonly links?: string
}

const checkShared = compileBodySchema(batchShared, 'query string')

/** The shared fields of a streamed import. Throws a `ProblemError` that names the parameter at fault. */
export function sharedOfQuery({ tags, metadata, links, ...texts }: SharedQuery): SharedRememberFields {
  const shared = {
    ...texts,
    ...(tags === undefined ? {} : { tags: [tags].flat() }),
    ...(metadata === undefined ? {} : { metadata: jsonOf('metadata', metadata, 'the JSON of an object') }),
    ...(links === undefined ? {} : { links: jsonOf('links', links, 'the JSON of an array of {rel, target}') }),
  }
  const problem = checkShared(shared)
  if (problem !== null) throw new ProblemError(problem)
  return shared as SharedRememberFields
}

function jsonOf(field: string, text: string, expected: string): unknown {
  try {
    return parseJson(text, field, `\`${field}\` in the query string`)
  } catch (cause) {
    if (!(cause instanceof ProblemError)) throw cause
    throw new ProblemError({ code: 'invalid_request', detail: cause.problem.detail, field, expected }, { cause })
  }
}
