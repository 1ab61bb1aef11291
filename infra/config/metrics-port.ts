import { wholeNumber } from './whole-number.ts'

/** Where `/metrics` has a port of its own; `null`: it has none. Throws a `ConfigurationError`. */
export function metricsPort(values: ReadonlyMap<string, string>): number | null {
  const configured = values.get('SOMABRAIN_METRICS_PORT')
  return configured === undefined ? null : wholeNumber('SOMABRAIN_METRICS_PORT', configured, 0, 65_535)
}
