import 'fastify'
import type { RefusalList } from '../../domain/audit/refused-items.ts'
import type { Identity } from '../../domain/identity.ts'
import type { Admitted } from './admission.ts'
import type { AskedAction } from './asked-action.ts'
import type { CredentialOwner } from './auth/authenticator.ts'
import type { Quota } from './limit.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Needs no credential. */
    open?: boolean
    /** Is answered under overload and while closing. */
    probe?: boolean
    /** Asks other routes of this server, which wait for their turn themselves. */
    asksRoutes?: boolean
    /** Reads its body as a stream, for as long as it takes. */
    streams?: boolean
    /** Label of `somabrain_memory_operations_total`; absent: not counted, or counted by the handler. */
    operation?: string
  }

  interface FastifyRequest {
    /** Who asks; set before the body is read, on every route that is not open. */
    identity: Identity
    /** Whose the credential is that was refused, where that is certain; for the audit. */
    refusedOwner: CredentialOwner | null
    admitted: Admitted | null
    /** A deliberate wait or a stream: stays out of the latency histogram. */
    unmeasured: boolean
    /** Limits that bear on it, as far as they were asked. */
    quotas: readonly Quota[]
    problemCode: string | null
    /** What the request was found to want, for the audit. */
    asked: AskedAction[]
    /** Items of it that were refused while the rest went on, for the audit. */
    refusals: RefusalList | null
    /** How much its answer held; `null` when that is not counted. */
    results: number | null
  }
}
