import type { LinkTarget } from '../command.ts'
import { codePoints } from '../content.ts'
import { contentsOfFrame } from '../context/context-frame.ts'
import type { JsonObject } from '../json.ts'

/** What a request to remember says of itself. */
export interface Statement {
  readonly content: string
  readonly metadata: JsonObject
  readonly author: string | null
  /** As it was stated; `null`: the time of recording. */
  readonly occurredAt: number | null
  readonly supersedes: string | null
  readonly links: readonly LinkTarget[]
  /** The caller names its writes itself, by an idempotency key. */
  readonly keyed: boolean
}

/** Characters from which on a text that nobody said, at no time, is taken for knowledge: shorter ones are words. */
const SHORTEST_KNOWLEDGE = 20

/**
 * The contents that a statement says again, if memory holds all of them; empty when it is new whatever memory holds.
 *
 * An utterance is an event: who says "yes" twice has said it twice. So what has a speaker, a time of its own or a key of the
 * caller is never taken for a repetition, unless it says so itself: it is a context that memory wrote, or its metadata names
 * the source `recalled`. What corrects or links says more than its words.
 */
export function contentsRepeated(statement: Statement): readonly string[] {
  const { content, metadata, author, occurredAt, supersedes, links, keyed } = statement
  if (supersedes !== null || links.length > 0) return []
  const quoted = contentsOfFrame(content)
  if (quoted !== null) return quoted
  if (metadata.source === 'recalled') return [content]
  const isKnowledge = author === null && occurredAt === null && !keyed && codePoints(content) >= SHORTEST_KNOWLEDGE
  return isKnowledge ? [content] : []
}
