import type { JsonObject } from '../../../domain/json.ts'
import { ALL_SIGNALS, type SignalName } from '../../../domain/recall/recall-weights.ts'
import { asObject, numberField } from '../json-fields.ts'
import { bar } from './bar.ts'
import { paint, type Terminal } from './terminal.ts'
import { padEnd } from './text-width.ts'

/** What each signal means, in a few words. */
const meanings: Readonly<Record<SignalName, string>> = {
  window: 'words in it and around it',
  episode: 'words of its conversation',
  coverage: "share of the question's words",
  answers: 'answers a question like it',
  follows: 'follows a question',
  speaker: 'the person asked about says "I"',
  subject: 'said by the person asked about',
  question: 'is itself a question',
  short: 'says very little',
  dates: 'dates that were asked for',
  time: '"when", and it names a time',
  number: '"how many", and it names a number',
  name: '"who" or "where", and it names one',
  pairs: 'pairs of neighbouring words',
  topic: 'what it is about',
  topicAround: 'what the talk around it is about',
  meaning: 'what it means',
  context: 'what it means with what stands beside it',
  meaningOfEpisode: 'what its conversation means',
}

const meaningOf = (name: string): string =>
  ALL_SIGNALS.filter((known) => known === name).map((known) => meanings[known])[0] ?? name

export interface SignalShare {
  readonly name: string
  readonly contribution: number
}

/** A result's signals that gave or took something, the strongest first. */
export function signalShares(result: JsonObject): readonly SignalShare[] {
  const signals = asObject(result.signals) ?? {}
  return Object.entries(signals)
    .map(([name, signal]) => ({ name, contribution: numberField(asObject(signal), 'contribution') ?? 0 }))
    .filter(({ contribution }) => Math.abs(contribution) >= 0.005)
    .toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
}

const BAR_WIDTH = 16
const NAME_WIDTH = 40

/** One line a signal: its meaning, a bar on the scale of `largest`, and what it added to the ranking sum. */
export function signalLines(
  terminal: Terminal,
  shares: readonly SignalShare[],
  largest: number,
  indent: number,
): readonly string[] {
  return shares.map(({ name, contribution }) => {
    const drawn = padEnd(bar(Math.abs(contribution) / largest, BAR_WIDTH), BAR_WIDTH)
    const sum = `${contribution < 0 ? '−' : '+'}${Math.abs(contribution).toFixed(2)}`
    const label = padEnd(meaningOf(name), Math.min(NAME_WIDTH, terminal.columns - indent - BAR_WIDTH - 9))
    const style = contribution < 0 ? 'red' : 'cyan'
    return `${' '.repeat(indent)}${paint(terminal, 'dim', label)} ${paint(terminal, style, drawn)} ${sum}`
  })
}
