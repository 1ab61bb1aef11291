import type { Identity } from '../domain/identity.ts'
import type { Problem } from '../domain/problem.ts'
import type { Reach } from './ports/reach.ts'
import type {
  ConfigureRequest,
  FeedbackRequest,
  ForgetRequest,
  LinkRequest,
  RememberRequest,
  RestoreRequest,
} from './requests/requests.ts'

/** How a caller asked: the credential's identity and the headers that bear on every command. */
export interface Caller {
  readonly identity: Identity
  /** `Idempotency-Key`, or the item's `idempotency_key`; `null`: the edge draws one. */
  readonly idempotencyKey: string | null
  readonly traceparent: string | null
  /** `Prefer: wait=N` in milliseconds: wait for the long-term fold; `null`: answer when the log has it. */
  readonly waitMs: number | null
  /** Asked about namespaces that the request did not name. Absent: the identity alone says what it reaches. */
  readonly reach?: Reach
  /** Asked before memories are written that the log does not have yet. Absent: as many as one likes. */
  readonly grant?: Grant
}

/** How many of `count` new memories the tenant may still write, from the first on, and the refusal of the others. */
export type Grant = (count: number) => Promise<{ readonly granted: number; readonly refusal: Problem | null }>

/** The answer to a command that is in the log. */
export interface Receipt {
  readonly memoryId: string | null
  readonly commandId: string
  /** Opaque; `null` only for a replayed answer whose generation is gone. */
  readonly position: string
  /** `accepted`: durable in the log, not folded yet. `stored`, `duplicate`: what the long-term fold made of it. `repeated`: `memoryId` said it before. */
  readonly status: 'accepted' | 'stored' | 'duplicate' | 'repeated'
  readonly acceptedAt: number
  /** The first answer to the same request, given again. */
  readonly replayed: boolean
}

export interface RememberItem {
  readonly request: RememberRequest
  readonly idempotencyKey: string | null
}

export type ItemResult = { readonly receipt: Receipt } | { readonly problem: Problem }

export interface ForgetReceipt {
  /** How many memories the request names; with `dryRun` nothing is written and `receipts` is empty. */
  readonly count: number
  readonly dryRun: boolean
  readonly receipts: readonly Receipt[]
}

/** The command side's door. Every method throws a `ProblemError` when it refuses. */
export interface CommandApi {
  remember(caller: Caller, request: RememberRequest): Promise<Receipt>
  /**
   * One result per item, in order. An item's own trouble is its result; only when the log acknowledged none of them
   * (and none was invalid for its own reasons) does the whole call throw.
   */
  rememberMany(caller: Caller, items: readonly RememberItem[]): Promise<readonly ItemResult[]>
  forget(caller: Caller, request: ForgetRequest): Promise<ForgetReceipt>
  restore(caller: Caller, request: RestoreRequest): Promise<Receipt>
  link(caller: Caller, request: LinkRequest): Promise<Receipt>
  unlink(caller: Caller, request: LinkRequest): Promise<Receipt>
  feedback(caller: Caller, request: FeedbackRequest): Promise<Receipt>
  configure(caller: Caller, request: ConfigureRequest): Promise<Receipt>
}
