import { invalidField } from '../../domain/problem.ts'
import type { ForgetBody } from './command-bodies.ts'

/** Everything of one data subject, in one namespace or in all of the tenant. */
export interface EraseRequest {
  /** `null`: every namespace of the tenant that holds something of the subject. */
  readonly namespace: string | null
  readonly subject: string
}

const NOT_BESIDE = ['memory_id', 'filters', 'agent_id', 'run_id', 'episode', 'dry_run'] as const

/** A request of `mode: "erase"`; it names a subject and nothing else, since a key is destroyed as a whole. */
export function toEraseRequest(body: ForgetBody): EraseRequest {
  for (const field of NOT_BESIDE) {
    if (body[field] === undefined) continue
    throw invalidField(field, `${field} stands beside mode "erase"`, 'subject (or user_id), and namespace if it is one')
  }
  const { subject, user_id: userId } = body
  if (subject !== undefined && userId !== undefined && subject !== userId) {
    throw invalidField('subject', 'subject and user_id name different subjects', 'one of them, or the same in both')
  }
  const named = subject ?? userId
  if (named === undefined) {
    throw invalidField('subject', 'Nothing says whom to erase', 'subject, or user_id: whose memories are erased')
  }
  return { namespace: body.namespace ?? null, subject: named }
}
