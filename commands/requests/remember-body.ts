import type { Kind, LinkTarget } from '../../domain/command.ts'
import type { JsonObject } from '../../domain/json.ts'
import { type RequestBounds, refuseBeyond } from '../../domain/limits/request-bounds.ts'
import { invalidField } from '../../domain/problem.ts'
import { checkOptionalText, checkText } from '../../domain/request/check-text.ts'
import { instantField } from '../../domain/request/instant-field.ts'
import { resolveAlias } from '../../domain/request/resolve-alias.ts'
import { checkMetadata } from './check-metadata.ts'
import type { RememberRequest } from './requests.ts'

/** Fields that a batch may state once for all its items. Their types and sizes have been checked; their meaning has not. */
export interface SharedRememberFields {
  readonly namespace?: string
  readonly metadata?: JsonObject
  readonly user_id?: string | null
  readonly agent_id?: string | null
  readonly run_id?: string | null
  /** Alias of `run_id`. */
  readonly episode?: string | null
  readonly author?: string | null
  readonly kind?: Kind
  /** RFC 3339. */
  readonly occurred_at?: string | null
  /** 0–1. */
  readonly importance?: number
  readonly tags?: readonly string[]
  readonly links?: readonly LinkTarget[]
  readonly ttl_seconds?: number | null
  readonly subject?: string | null
}

export interface RememberBody extends SharedRememberFields {
  readonly content: string
  readonly supersedes?: string | null
}

/**
 * The validated request of a body of a tenant that has these bounds. `prefix` (`items[3].`) stands before the names of fields in refusals.
 * Throws a `ProblemError` that names the field at fault.
 */
export function toRememberRequest(body: RememberBody, bounds: RequestBounds, prefix = ''): RememberRequest {
  const userId = checkOptionalText(`${prefix}user_id`, body.user_id)
  const runId = resolveAlias(prefix, { run_id: body.run_id, episode: body.episode }) ?? null
  const { tags = [], links = [] } = body
  refuseBeyond(`${prefix}tags`, tags.length, bounds.tags, 'tags')
  refuseBeyond(`${prefix}links`, links.length, bounds.links, 'links')
  // In the order of their names, in which the request's canonical JSON has them.
  return {
    agentId: checkOptionalText(`${prefix}agent_id`, body.agent_id),
    author: checkOptionalText(`${prefix}author`, body.author),
    content: checkText(`${prefix}content`, body.content),
    importance: Math.round((body.importance ?? 0.5) * 1000),
    kind: body.kind ?? 'episodic',
    links: links.map(({ rel, target }) => ({ rel, target: target.toLowerCase() })),
    metadata: checkMetadata(`${prefix}metadata`, body.metadata ?? {}, bounds.metadataBytes),
    namespace: body.namespace ?? 'default',
    occurredAt: instantField(`${prefix}occurred_at`, body.occurred_at),
    runId: checkOptionalText(`${prefix}${body.run_id === undefined ? 'episode' : 'run_id'}`, runId),
    subject: subjectOf(prefix, body.subject, userId),
    supersedes: body.supersedes?.toLowerCase() ?? null,
    tags: tags.map((tag, i) => checkText(`${prefix}tags[${i}]`, tag)),
    ttlSeconds: body.ttl_seconds ?? null,
    userId,
  }
}

/** The data subject holds the key: a memory of one user under another's key would survive that user's erasure. */
function subjectOf(prefix: string, subject: string | null | undefined, userId: string | null): string | null {
  const stated = checkOptionalText(`${prefix}subject`, subject)
  if (stated !== null && userId !== null && stated !== userId) {
    throw invalidField(
      `${prefix}subject`,
      `\`${prefix}subject\` differs from \`user_id\`, which sets the subject`,
      'the same value as user_id, or only one of the two',
    )
  }
  return stated ?? userId
}
