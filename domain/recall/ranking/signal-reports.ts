import { ALL_SIGNALS, type RecallWeights, type SignalName, type WordSignalName } from '../recall-weights.ts'

export interface SignalReport {
  readonly value: number
  readonly weight: number
  /** value × weight: the contributions add up to the ranking sum. */
  readonly contribution: number
}

/** Those by meaning only where vectors are. */
export type SignalReports = Readonly<Record<WordSignalName, SignalReport> & Partial<Record<SignalName, SignalReport>>>

/** What each signal gave to a candidate; `signals` is candidate × signal. */
export function signalReports(signals: Float64Array, candidate: number, weights: RecallWeights): SignalReports {
  const reports = ALL_SIGNALS.flatMap((name, s): Array<[SignalName, SignalReport]> => {
    const weight = weights[name]
    if (weight === undefined) return []
    const value = signals[candidate * ALL_SIGNALS.length + s]!
    return [[name, { value, weight, contribution: value * weight }]]
  })
  return Object.fromEntries(reports) as SignalReports
}
