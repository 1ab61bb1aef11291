import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { createMemoryLimitMetric } from './memory-limit-metric.ts'

/** `error` is a failure of the server (5xx other than `not_yet_visible`), `rejected` one of the request (4xx). */
export const operationOutcomes = ['success', 'rejected', 'error'] as const

export type OperationOutcome = (typeof operationOutcomes)[number]

export interface RequestMeasure {
  readonly method: string
  /** The route template without `/v1`, or `unmatched`. */
  readonly endpoint: string
  readonly status: number
  /** `null` for streaming imports and deliberate waits, which stay out of the latency histogram. */
  readonly seconds: number | null
}

export interface InFlightMeasure {
  readonly requests: number
  readonly bytes: number
}

/** The metrics that the HTTP edge records, under the names that dashboards and alerts use. */
export interface Metrics {
  readonly registry: Registry
  request(measure: RequestMeasure): void
  /** Every refusal and failure passes here, whatever it was asked of; a missing data key has a metric of its own, for an alert. */
  problem(endpoint: string, code: string): void
  operation(operation: string, outcome: OperationOutcome, count: number): void
  authFailure(reason: string): void
  densityTraceError(): void
  redisConnectionError(): void
  /** What is in flight is asked for when the metrics are read. */
  watchInFlight(read: () => InFlightMeasure): void
}

const LATENCY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]

/** A registry of its own for every server, so that two of them in one process do not share counts. */
export function createMetrics(options: { readonly processMetrics: boolean } = { processMetrics: true }): Metrics {
  const registry = options.processMetrics ? createProcessMetrics() : new Registry()
  return { registry, ...requestMetrics(registry), ...memoryMetrics(registry) }
}

/** What every process shows of itself. */
export function createProcessMetrics(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  createMemoryLimitMetric(registry)
  return registry
}

type RequestMetrics = Pick<Metrics, 'request' | 'problem' | 'authFailure' | 'watchInFlight'>

function requestMetrics(registry: Registry): RequestMetrics {
  const requests = labelled(registry, ['method', 'endpoint', 'status'], {
    name: 'somabrain_requests_total',
    help: 'Requests answered (status 499: the client went away first)',
  })
  const durations = new Histogram({
    name: 'somabrain_request_duration_seconds',
    help: 'Seconds from the request head to the end of the answer, without streaming imports and deliberate waits',
    labelNames: ['method', 'endpoint'],
    buckets: LATENCY_BUCKETS,
    registers: [registry],
  })
  const problems = labelled(registry, ['endpoint', 'code'], {
    name: 'somabrain_problems_total',
    help: 'Refusals and failures by the code of the error catalogue',
  })
  const keysMissing = counter(
    registry,
    'somabrain_data_key_missing_total',
    'Answers refused because a data key is missing',
  )
  const authFailures = labelled(registry, ['reason'], {
    name: 'somabrain_auth_failures_total',
    help: 'Requests without a valid credential',
  })
  let inFlight = (): InFlightMeasure => ({ requests: 0, bytes: 0 })
  gauge(registry, 'somabrain_requests_in_flight', 'Requests that are being answered', () => inFlight().requests)
  gauge(registry, 'somabrain_request_body_bytes_in_flight', 'Body bytes that are being held', () => inFlight().bytes)
  // prom-client hashes label values at every call; of methods, route templates and statuses there are few.
  const requestsOf = remembered(({ method, endpoint, status }: RequestMeasure) =>
    requests.labels({ method, endpoint, status }),
  )
  const durationsOf = remembered(({ method, endpoint }: RequestMeasure) => durations.labels({ method, endpoint }))
  return {
    request: (measure) => {
      const series = `${measure.method} ${measure.endpoint}`
      requestsOf(`${series} ${measure.status}`, measure).inc()
      if (measure.seconds !== null) durationsOf(series, measure).observe(measure.seconds)
    },
    problem(endpoint, code) {
      problems.inc({ endpoint, code })
      if (code === 'key_missing') keysMissing.inc()
    },
    authFailure: (reason) => authFailures.inc({ reason }),
    watchInFlight: (read) => {
      inFlight = read
    },
  }
}

type MemoryMetrics = Pick<Metrics, 'operation' | 'densityTraceError' | 'redisConnectionError'>

function memoryMetrics(registry: Registry): MemoryMetrics {
  const operations = labelled(registry, ['operation', 'outcome'], {
    name: 'somabrain_memory_operations_total',
    help: 'Operations on memories, each item of a batch counted',
  })
  const traceErrors = counter(registry, 'somabrain_density_trace_error_total', 'Times that |tr rho - 1| was too large')
  const redisErrors = counter(registry, 'somabrain_redis_connection_errors', 'Connections to Redis that failed')
  const begun = new Set<string>()
  return {
    operation(operation, outcome, count) {
      // A counter that begins with its first failure hides that one from rate().
      if (!begun.has(operation)) for (const other of operationOutcomes) operations.inc({ operation, outcome: other }, 0)
      begun.add(operation)
      operations.inc({ operation, outcome }, count)
    },
    densityTraceError: () => traceErrors.inc(),
    redisConnectionError: () => redisErrors.inc(),
  }
}

const labelled = <L extends string>(
  registry: Registry,
  labelNames: L[],
  about: { readonly name: string; readonly help: string },
): Counter<L> => new Counter({ ...about, labelNames, registers: [registry] })

const counter = (registry: Registry, name: string, help: string): Counter =>
  new Counter({ name, help, registers: [registry] })

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read())
    },
  })
}

/** Makes a series at its first use. Only for labels of which there are few. */
function remembered<Labels, Series>(make: (labels: Labels) => Series): (key: string, labels: Labels) => Series {
  const known = new Map<string, Series>()
  return (key, labels) => {
    let series = known.get(key)
    if (series === undefined) {
      series = make(labels)
      known.set(key, series)
    }
    return series
  }
}
