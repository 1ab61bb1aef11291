import type { RefusedItems } from './refused-items.ts'

/**
 * Something that was asked and is no record of the log itself: a read, a refusal, administration. Never content, query
 * text or a credential; a person's id only as an HMAC.
 */
export interface AuditOperation {
  /** Lower-case UUID. An entry that was sent twice has one id. */
  readonly id: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** `null` when nobody could be authenticated. */
  readonly tenant: string | null
  readonly principal: string | null
  /** Which credential it was; nothing that could be used as one. */
  readonly credential: string | null
  /** As the role matrix names it; what the route is for, or `unknown`, when it did not come to that. */
  readonly action: string
  readonly method: string
  /** The route template, or the verb of the command line. */
  readonly route: string
  readonly namespace: string | null
  /** Of the answer; 0 for what is no HTTP request. */
  readonly status: number
  /** Of the problem that it was refused with. */
  readonly code: string | null
  /** How many memories, entries or steps the answer held. */
  readonly results: number | null
  /** What of it was refused while the rest was accepted; `null` when nothing was, or all of it. */
  readonly refused: RefusedItems | null
  /** How often the same thing happened within one flush: a flood of refusals is counted, not listed. */
  readonly times: number
  /** HMAC of whom it was about, where the request named a user. 32 bytes. */
  readonly subject: Uint8Array | null
  readonly requestId: string
  readonly traceparent: string | null
}
