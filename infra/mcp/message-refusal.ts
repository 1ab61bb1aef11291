import { ErrorCode } from '@modelcontextprotocol/sdk/types.js'
import type { Problem } from '../../domain/problem.ts'
import { messageFault } from './message-fault.ts'

/** What is said of a message that cannot be handed to the library. */
export interface MessageRefusal {
  readonly problem: Problem
  /** Of the request that it answers; `null`: of none that can be named. */
  readonly id: string | number | null
  /** A JSON-RPC response. */
  readonly text: string
}

/** `null`: the message can be handed over. `index`: of the message in its batch, `null` outside of one. */
export function messageRefusal(message: unknown, index: number | null): MessageRefusal | null {
  const fault = messageFault(message)
  if (fault === null) return null
  const { code, expected } = fault
  const field = [index === null ? null : `[${index}]`, fault.field].filter((part) => part !== null).join('.') || 'body'
  const id = index === null && code === ErrorCode.InvalidParams ? idOf(message) : null
  return refusal(id, code, { code: 'invalid_request', detail: `${field} is not valid`, field, expected })
}

/** Of a line that is no JSON. */
export const parseRefusal = (detail: string, expected: string): MessageRefusal =>
  refusal(null, ErrorCode.ParseError, { code: 'malformed_request', detail, field: 'line', expected })

type Told = Problem & { readonly field: string; readonly expected: string }

function refusal(id: MessageRefusal['id'], code: ErrorCode, problem: Told): MessageRefusal {
  const { detail, field, expected } = problem
  const error = { code, message: `${detail}; expected: ${expected}`, data: { field, expected } }
  return { problem, id, text: JSON.stringify({ jsonrpc: '2.0', id, error }) }
}

const idOf = (message: unknown): string | number | null =>
  (message as { readonly id?: string | number } | null)?.id ?? null
