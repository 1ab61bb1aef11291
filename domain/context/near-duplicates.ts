import { normaliseContent } from '../content.ts'

/** What tells whether two memories say the same. */
export interface Statement {
  readonly memoryId: string
  readonly author: string | null
  readonly content: string
  readonly supersedes: string | null
  readonly supersededBy: string | null
}

/** Why a memory is left out of a context, and the memory that is there in its place. */
export interface Repetition {
  readonly reason: 'repeats' | 'superseded'
  readonly of: string
}

/**
 * The memories of a ranked list that say nothing beside the others: those that another one of the list corrects, and
 * those whose words, without case, spacing and punctuation, are those of a better one by the same author.
 */
export function repetitions(ranked: readonly Statement[]): ReadonlyMap<string, Repetition> {
  const found = new Map<string, Repetition>()
  const corrections = correctionsIn(ranked)
  const first = new Map<string, string>()
  for (const statement of ranked) {
    const correction = corrections.get(statement.memoryId)
    if (correction !== undefined) {
      found.set(statement.memoryId, { reason: 'superseded', of: correction })
      continue
    }
    const key = JSON.stringify([statement.author, wordsOf(statement.content)])
    const same = first.get(key)
    if (same === undefined) first.set(key, statement.memoryId)
    else found.set(statement.memoryId, { reason: 'repeats', of: same })
  }
  return found
}

function correctionsIn(ranked: readonly Statement[]): ReadonlyMap<string, string> {
  const present = new Set(ranked.map(({ memoryId }) => memoryId))
  const corrections = new Map<string, string>()
  for (const { memoryId, supersedes, supersededBy } of ranked) {
    if (supersededBy !== null && present.has(supersededBy)) corrections.set(memoryId, supersededBy)
    if (supersedes !== null && present.has(supersedes)) corrections.set(supersedes, memoryId)
  }
  return corrections
}

/** Content that has no words (an emoji, a number of dots) stands for itself. */
function wordsOf(content: string): string {
  const normalised = normaliseContent(content)
  return normalised.match(/[\p{L}\p{N}]+/gu)?.join(' ') ?? normalised
}
