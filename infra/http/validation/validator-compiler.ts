import type { TSchema } from 'typebox'
import { ProblemError } from '../../../domain/problem.ts'
import { type Check, compileBodySchema, compileTextSchema } from './compile-schema.ts'

interface RouteSchema {
  readonly schema: unknown
  readonly httpPart?: string
}

type Validator = (value: unknown) => { readonly value: unknown } | { readonly error: ProblemError }

/** Compiles the schemas of routes so that what they refuse is a `ProblemError` that names the field. */
export function validatorCompiler({ schema, httpPart }: RouteSchema): Validator {
  return throughProblem(
    httpPart === 'body' ? compileBodySchema(schema as TSchema) : compileTextSchema(schema as TSchema, httpPart ?? ''),
  )
}

/** For a route whose body is checked in another way than its documented schema says. */
export const bodyCheckedBy =
  (check: Check) =>
  (route: RouteSchema): Validator =>
    route.httpPart === 'body' ? throughProblem(check) : validatorCompiler(route)

const throughProblem =
  (check: Check): Validator =>
  (value) => {
    const problem = check(value)
    return problem === null ? { value } : { error: new ProblemError(problem) }
  }
