/** One measured stretch of requests. */
export interface Stretch {
  readonly requests: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly failed: number
}

export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

export const round = (value: number, digits = 2): number => Number(value.toFixed(digits))

export function summary(latencies: number[], elapsedMs: number, failed: number): Stretch {
  latencies.sort((a, b) => a - b)
  return {
    requests: latencies.length,
    perSecond: Math.round((latencies.length * 1000) / elapsedMs),
    p50Ms: round(percentile(latencies, 0.5)),
    p95Ms: round(percentile(latencies, 0.95)),
    p99Ms: round(percentile(latencies, 0.99)),
    failed,
  }
}
