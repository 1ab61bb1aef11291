import type { Logger } from 'pino'
import type { CommandApi } from '../../commands/command-api.ts'
import type { RequestBounds } from '../../domain/limits/request-bounds.ts'
import type { AuditApi } from '../../query-api/audit.ts'
import type { QueryApi } from '../../query-api/query-api.ts'
import type { SubjectsApi } from '../../query-api/subjects-api.ts'
import type { AuditTrail } from '../audit/audit-trail.ts'
import type { PublishedKeys } from '../erasure/erasure-sides.ts'
import type { EraseApi } from '../erasure/start-erasure.ts'
import type { NamespaceLimit } from '../limits/namespace-limit.ts'
import type { HealthReport } from '../telemetry/health.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { Authorise } from './access.ts'
import type { Authenticator } from './auth/authenticator.ts'
import type { HttpOptions } from './http-options.ts'
import type { Limit } from './limit.ts'

/** Whether a process can do its part; `waitingFor` names what is not there yet. */
export type Readiness = { readonly ready: true } | { readonly ready: false; readonly waitingFor: readonly string[] }

/** Erasure and what belongs to it; `null`: of a side that this process has not. */
export interface ErasureDoors {
  readonly eraser: EraseApi | null
  readonly subjects: SubjectsApi | null
  readonly keys: PublishedKeys
}

export interface HttpServerDeps {
  /** `null`: this process has no command side, and its routes do not exist. */
  readonly commands: CommandApi | null
  /** `null`: this process has no query side, and its routes do not exist. */
  readonly query: QueryApi | null
  readonly authenticator: Authenticator
  /** Asked about what the built-in roles allow; it can only narrow that. Default: they decide alone. */
  readonly authorise?: Authorise
  /** Default: nothing is limited. */
  readonly limit?: Limit
  /** Default: a tenant has as many namespaces as it likes. */
  readonly limitNamespaces?: NamespaceLimit
  /** What one request of a tenant may hold. Default: what the contract allows. */
  readonly boundsOf?: (tenant: string) => RequestBounds
  readonly health: () => Promise<HealthReport>
  /** This process can serve its role. */
  readonly ready: () => Readiness | Promise<Readiness>
  /** Configuration, migrations and schema ids are there. */
  readonly startup: () => Readiness | Promise<Readiness>
  /** Where reads, refusals and administration are audited. Default: nowhere. */
  readonly audit?: Pick<AuditTrail, 'record'>
  /** Absent: this process has no audit to show, and its route does not exist. */
  readonly auditApi?: AuditApi
  /** What is asked about data subjects. Default: nothing is, and its routes do not exist. */
  readonly erasure?: ErasureDoors
  readonly metrics: Metrics
  /** Whether `/metrics` is one of the routes; default: it is. Else it has a port of its own. */
  readonly servesMetrics?: boolean
  readonly logger: Logger
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** As `/health` and `/openapi.json` give it. */
  readonly version: string
  readonly options?: Partial<HttpOptions>
}
