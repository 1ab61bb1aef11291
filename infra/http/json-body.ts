import { isUtf8 } from 'node:buffer'
import { parse } from 'secure-json-parse'
import { ProblemError } from '../../domain/problem.ts'
import { jsonFault } from './json-fault.ts'

/**
 * A JSON body, `undefined` when it is empty. The bytes are checked before they are decoded, since decoding replaces
 * what is no UTF-8. V8 parses any nesting without recursion; whoever walks what was parsed bounds its own depth.
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined
  if (!isUtf8(bytes)) {
    const [detail, expected] = ['The body is not UTF-8', 'JSON in UTF-8']
    throw new ProblemError({ code: 'malformed_body', detail, field: 'body', expected })
  }
  return parseJson(bytes.toString('utf8'), 'body')
}

/** Refusals name `field`, and their sentences begin with `subject`. */
export function parseJson(text: string, field: string, subject = `The ${field}`): unknown {
  try {
    return parse(text, { protoAction: 'error', constructorAction: 'error' })
  } catch {
    throw new ProblemError(malformed(text, field, subject))
  }
}

function malformed(text: string, field: string, subject: string): ProblemError['problem'] {
  const fault = jsonFault(text)
  if (fault === null) {
    return {
      code: 'malformed_body',
      detail: `${subject} has a member named __proto__ or constructor.prototype`,
      field: '__proto__',
      expected: 'members without special meaning in JavaScript',
    }
  }
  const { line, column, offset, found, expected } = fault
  return {
    code: 'malformed_body',
    detail: `${subject} is not JSON: ${found} at line ${line}, column ${column}`,
    field,
    expected,
    members: { line, column, position: offset },
  }
}
