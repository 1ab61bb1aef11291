import type { SignalReport } from './recall-request.ts'
import { recallWeights, SIGNALS, type SignalName } from './recall-weights.ts'

/** What each signal gave to a candidate; `signals` is candidate × signal. */
export function signalReports(signals: Float64Array, candidate: number): Record<SignalName, SignalReport> {
  const reports = SIGNALS.map((name, s): [SignalName, SignalReport] => {
    const value = signals[candidate * SIGNALS.length + s]!
    const weight = recallWeights[name]
    return [name, { value, weight, contribution: value * weight }]
  })
  return Object.fromEntries(reports) as Record<SignalName, SignalReport>
}
