import type { RankingProfile } from '../../domain/command.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { RequestBounds } from '../../domain/limits/request-bounds.ts'
import { invalidField } from '../../domain/problem.ts'
import { scopedFilter } from '../../domain/request/scoped-filter.ts'
import type { ConfigureRequest, FeedbackRequest, ForgetRequest, LinkRequest, RestoreRequest } from './requests.ts'

export interface ForgetBody {
  readonly namespace?: string
  readonly memory_id?: string
  readonly filters?: JsonObject | null
  readonly user_id?: string
  /** With `mode: "erase"`: whose memories are erased. */
  readonly subject?: string
  readonly agent_id?: string
  readonly run_id?: string
  /** Alias of `run_id`. */
  readonly episode?: string
  readonly dry_run?: boolean
  readonly mode?: string
}

export interface RestoreBody {
  readonly namespace?: string
  readonly memory_id: string
}

export interface LinkBody extends RestoreBody {
  readonly rel: string
  readonly target: string
}

export interface FeedbackBody extends RestoreBody {
  readonly useful?: boolean
}

export interface ConfigureBody {
  readonly language?: string
  readonly profile?: RankingProfile
}

/** Either one memory by its id, or all that a filter (or scope) names; never everything by leaving both out. */
export function toForgetRequest(body: ForgetBody, bounds: RequestBounds): ForgetRequest {
  if (body.mode !== undefined && body.mode !== 'retire') {
    throw invalidField('mode', `The mode ${JSON.stringify(body.mode)} is not known here`, '"retire" or "erase"')
  }
  if (body.subject !== undefined) {
    throw invalidField('subject', 'subject stands without mode "erase"', 'user_id, or mode "erase"')
  }
  const filter = scopedFilter(body, bounds)
  const dryRun = body.dry_run ?? false
  if (body.memory_id !== undefined) {
    if (filter !== null) {
      throw invalidField('memory_id', 'memory_id stands beside filters', 'either memory_id, or filters and scopes')
    }
    return { namespace: body.namespace ?? null, what: { memoryId: body.memory_id.toLowerCase() }, dryRun }
  }
  if (filter === null) {
    throw invalidField('filters', 'Nothing says what to forget', 'memory_id, or filters that are not empty')
  }
  return { namespace: body.namespace ?? 'default', what: { filter }, dryRun }
}

export const toRestoreRequest = (body: RestoreBody): RestoreRequest => ({
  namespace: body.namespace ?? null,
  memoryId: body.memory_id.toLowerCase(),
})

export function toLinkRequest(body: LinkBody): LinkRequest {
  const [from, to] = [body.memory_id.toLowerCase(), body.target.toLowerCase()]
  if (from === to) throw invalidField('target', 'A memory is not linked to itself', 'the id of another memory')
  return { namespace: body.namespace ?? null, from, rel: body.rel, to }
}

export const toFeedbackRequest = (body: FeedbackBody): FeedbackRequest => ({
  namespace: body.namespace ?? null,
  memoryId: body.memory_id.toLowerCase(),
  useful: body.useful ?? true,
})

export function toConfigureRequest(namespace: string, body: ConfigureBody): ConfigureRequest {
  if (body.language === undefined && body.profile === undefined) {
    throw invalidField('body', 'Nothing says what to configure', 'language, profile, or both')
  }
  return { namespace, language: body.language ?? null, profile: body.profile ?? null }
}
