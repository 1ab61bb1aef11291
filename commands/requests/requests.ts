import type { Kind, LinkTarget, RankingProfile } from '../../domain/command.ts'
import type { Filter } from '../../domain/filter/filter.ts'
import type { JsonObject } from '../../domain/json.ts'

/**
 * Validated requests: aliases resolved, defaults filled in, shared batch fields merged. Their RFC 8785 JSON (without the
 * idempotency key, which is no part of what is asked) is what the `request` HMAC covers, so their shape is a format.
 */
export interface RememberRequest {
  readonly namespace: string
  readonly content: string
  readonly metadata: JsonObject
  readonly tags: readonly string[]
  readonly kind: Kind
  readonly author: string | null
  readonly runId: string | null
  readonly userId: string | null
  readonly agentId: string | null
  /** Data subject: `subject`, else `user_id`, else `null` for the namespace itself. */
  readonly subject: string | null
  /** Milliseconds since 1970, or `null`: the edge takes the time at which it was recorded. */
  readonly occurredAt: number | null
  /** Thousandths, 0–1000. */
  readonly importance: number
  readonly ttlSeconds: number | null
  readonly supersedes: string | null
  readonly links: readonly LinkTarget[]
}

export interface ForgetRequest {
  /** `null`: wherever the id is, within the tenant. Required with filters. */
  readonly namespace: string | null
  readonly what: { readonly memoryId: string } | { readonly filter: Filter }
  readonly dryRun: boolean
}

export interface RestoreRequest {
  readonly namespace: string | null
  readonly memoryId: string
}

export interface LinkRequest {
  readonly namespace: string | null
  readonly from: string
  readonly rel: string
  readonly to: string
}

export interface FeedbackRequest {
  readonly namespace: string | null
  readonly memoryId: string
  readonly useful: boolean
}

export interface ConfigureRequest {
  readonly namespace: string
  readonly language: string | null
  readonly profile: RankingProfile | null
}
