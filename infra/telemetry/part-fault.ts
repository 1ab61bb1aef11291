import { ProblemError } from '../../domain/problem.ts'
import type { PartFacts } from './part-facts.ts'

/**
 * All that `/health` says of why a part fails. Anybody may read it, so it is none of the words of an error: those name
 * addresses, users and files, and are the log's.
 */
export const partFaults = {
  timeout: 'Connection timeout',
  refused: 'Connection refused',
  unreachable: 'Unreachable',
  unauthorised: 'Credentials refused',
  starting: 'Starting',
  append_failed: 'Last append failed',
  keys_unread: 'Data keys not read',
  damaged: 'Damaged file',
  halted: 'Fold halted',
  behind: 'Fold behind',
  other_log: 'Not the log that was folded',
  error: 'Failing',
} as const

export type PartFault = keyof typeof partFaults

/** Of a probe that knows what is wrong; its message is for the log alone. */
export class PartFaultError extends Error {
  override readonly name = 'PartFaultError'
  readonly fault: PartFault
  /** What else anybody may be told. */
  readonly facts: PartFacts

  constructor(fault: PartFault, message: string, { facts = {}, cause }: { facts?: PartFacts; cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.fault = fault
    this.facts = facts
  }
}

/** The names that Node, Postgres (SQLSTATE), Redis and Kafka have for them, in `code`, `type`, `name` or at the start of the message. */
const KNOWN: ReadonlyMap<string, PartFault> = new Map([
  ...faults('timeout', 'ETIMEDOUT', 'ESOCKETTIMEDOUT', 'TimeoutError', 'KafkaJSRequestTimeoutError'),
  ...faults('refused', 'ECONNREFUSED'),
  ...faults('unreachable', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNRESET', 'EPIPE'),
  ...faults('unauthorised', '28000', '28P01', 'WRONGPASS', 'NOAUTH', 'SASL_AUTHENTICATION_FAILED'),
  ...faults('unauthorised', 'KafkaJSSASLAuthenticationError'),
])

/** Of any error: the first in its chain of causes that has a name that is known. */
export function partFaultOf(error: unknown): PartFault {
  const seen = new Set<unknown>()
  const waiting: unknown[] = [error]
  while (waiting.length > 0) {
    const one = waiting.shift()
    if (!(one instanceof Error) || seen.has(one)) continue
    seen.add(one)
    const fault = ownFault(one)
    if (fault !== null) return fault
    // Node tries several addresses of a name side by side, and tells of all of them in one.
    waiting.push(one.cause, ...(one instanceof AggregateError ? one.errors : []))
  }
  return 'error'
}

function ownFault(error: Error): PartFault | null {
  if (error instanceof PartFaultError) return error.fault
  if (error instanceof ProblemError) return error.problem.code === 'starting' ? 'starting' : null
  const { code, type } = error as { readonly code?: unknown; readonly type?: unknown }
  const names = [code, type, error.name, /^[A-Z]+(?= )/.exec(error.message)?.[0]]
  for (const name of names) {
    const fault = typeof name === 'string' ? KNOWN.get(name) : undefined
    if (fault !== undefined) return fault
  }
  return null
}

function faults(fault: PartFault, ...names: readonly string[]): ReadonlyArray<readonly [string, PartFault]> {
  return names.map((name) => [name, fault])
}
