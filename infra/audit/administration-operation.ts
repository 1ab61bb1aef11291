import type { GatheredOperation } from './operation-gatherer.ts'

export interface AdministrationOperation {
  readonly what: string
  /** `null`: it is about the whole system. */
  readonly tenant: string | null
  /** Who did it: not somebody with a credential, but whoever has the machine. */
  readonly principal: string
  readonly method: 'CLI' | 'SERVER'
  /** `null`: it succeeded. */
  readonly code: string | null
  /** Milliseconds since 1970. */
  readonly at: number
}

/** What was done beside the API, as the audit has it. */
export const administrationOperation = ({
  what,
  tenant,
  principal,
  method,
  code,
  at,
}: AdministrationOperation): GatheredOperation => ({
  at,
  tenant,
  principal,
  credential: null,
  action: 'administration',
  method,
  route: what,
  namespace: null,
  status: 0,
  code,
  results: null,
  subject: null,
  requestId: '',
  traceparent: null,
  refused: null,
})
