import type { JsonObject } from '../../../domain/json.ts'
import { numberField, objectsField, textsField } from '../json-fields.ts'
import { bar } from './bar.ts'
import { contentLines, whence } from './memory-line.ts'
import { signalLines, signalShares } from './signals-view.ts'
import { paint, type Terminal } from './terminal.ts'
import { clipText, padEnd } from './text-width.ts'

const SCORE_WIDTH = 20
const INDENT = 5
/** Number, bar and score, with the spaces between them. */
const HEAD_WIDTH = 5 + SCORE_WIDTH + 7
const MOST_LINES = 6

export interface RecallViewOptions {
  /** How many signals to draw below each result. */
  readonly signals: number
}

/** A score of at least this much is drawn as sure, and below the other as doubtful. */
const SURE = 0.6
const DOUBTFUL = 0.3

const scoreStyle = (score: number) => (score >= SURE ? 'green' : score >= DOUBTFUL ? 'yellow' : 'red')

/** An answer of `/recall` (with `explain`): each memory with its score and what the signals gave, drawn as bars. */
export function recallView(terminal: Terminal, answer: JsonObject, options: RecallViewOptions): string {
  const results = objectsField(answer, 'results')
  const shares = results.map((result) => signalShares(result).slice(0, options.signals))
  const largest = Math.max(0.01, ...shares.flat().map(({ contribution }) => Math.abs(contribution)))

  const blocks = results.map((result, index) => {
    const score = numberField(result, 'score') ?? 0
    const drawn = paint(terminal, scoreStyle(score), padEnd(bar(score, SCORE_WIDTH), SCORE_WIDTH))
    const number = paint(terminal, 'bold', String(index + 1).padStart(3))
    return [
      `${number}  ${drawn} ${score.toFixed(2)}  ${paint(terminal, 'dim', clipText(whence(result), terminal.columns - HEAD_WIDTH))}`,
      ...contentLines(terminal, result, INDENT, MOST_LINES),
      ...signalLines(terminal, shares[index] ?? [], largest, INDENT),
    ].join('\n')
  })

  const ms = numberField(answer, 'query_time_ms')
  const degraded = textsField(answer, 'degraded')
  const found =
    results.length === 0
      ? 'Nothing in memory answers that.'
      : results.length === 1
        ? '1 memory'
        : `${results.length} memories`
  const closing = [
    found,
    ms === null ? null : `${ms.toFixed(1)} ms`,
    degraded.length > 0 ? `degraded: ${degraded}` : null,
  ]
  return `${[...blocks, paint(terminal, 'dim', closing.filter((part) => part !== null).join(' · '))].join('\n\n')}\n`
}
