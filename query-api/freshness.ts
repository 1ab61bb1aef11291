import { decodePosition } from '../domain/position.ts'
import { ProblemError } from '../domain/problem.ts'
import type { Progress } from './ports/progress.ts'
import { NO_GENERATION } from './position-text.ts'

/** What an answer has to include. */
export interface Freshness {
  /** Offset in the namespace's partition, −1 for nothing in particular. */
  readonly offset: number
  /** Whether an answer without it is refused (`not_yet_visible`), or given and marked as lagging. */
  readonly strict: boolean
}

/** What a request without `after` gets: the namespace's head at arrival, or whatever is folded. */
export type DefaultAfter = 'latest' | 'none'

const RETRY_AFTER_SECONDS = 1

/**
 * Reads `after` for a namespace of `partition`: `latest`, a position that this log gave for the partition, or `null`.
 * Throws `invalid_position` for any other text, and for positions of another log, generation or partition; and
 * `not_yet_visible` when the log cannot say what the latest is.
 */
export async function freshnessOf(
  after: string | null,
  partition: number,
  progress: Progress,
  defaultAfter: DefaultAfter,
): Promise<Freshness> {
  if (after === null) {
    return { offset: defaultAfter === 'latest' ? progress.head(partition) : -1, strict: false }
  }
  if (after === 'latest') return { offset: await headOf(partition, progress), strict: true }
  const position = decodePosition(after)
  if (position === null) throw invalidPosition('It is not a position.')
  if (position.partition !== partition) throw invalidPosition('It belongs to another partition of the log.')
  if (!isOfThisLog(position.generation, position.offset, partition, progress)) {
    throw invalidPosition('It belongs to another generation of the log.')
  }
  return { offset: position.offset, strict: true }
}

async function headOf(partition: number, progress: Progress): Promise<number> {
  try {
    return await progress.latestHead(partition)
  } catch (cause) {
    throw notYetVisible('The log does not answer, so what is the latest cannot be told.', cause)
  }
}

/**
 * Waits until `wanted` is folded. Resolves to whether the answer may lag behind it; throws `not_yet_visible` when that
 * was not to be.
 */
export async function awaitFold(
  wanted: Freshness,
  partition: number,
  progress: Progress,
  timeoutMs: number,
): Promise<boolean> {
  if (await progress.waitForFold(partition, wanted.offset, timeoutMs)) return false
  if (wanted.strict) throw notYetVisible('The asked position is not folded into long-term memory yet.')
  return true
}

export const notYetVisible = (detail: string, cause?: unknown): ProblemError =>
  new ProblemError(
    { code: 'not_yet_visible', detail, field: 'after', retryAfterSeconds: RETRY_AFTER_SECONDS },
    { cause },
  )

/**
 * A position beyond the head may be one that another process was given a moment ago, so it passes when it continues
 * the generation of the head; the wait for the fold then says whether it exists.
 */
function isOfThisLog(generation: string, offset: number, partition: number, progress: Progress): boolean {
  if (offset < 0 && generation === NO_GENERATION) return true
  const head = progress.head(partition)
  if (head < 0) return true
  return progress.generationOf(partition, Math.min(Math.max(offset, 0), head)) === generation
}

const invalidPosition = (detail: string): ProblemError =>
  new ProblemError({
    code: 'invalid_position',
    detail,
    field: 'after',
    expected: '"latest", or a `position` that this server returned for the same namespace',
  })
