/** Bounds of the HTTP edge. Every one has a default under which an embedded process stays small. */
export interface HttpOptions {
  /** Body of a single request. */
  readonly bodyLimitBytes: number
  /** Body of `POST /remember/batch` as JSON. */
  readonly batchBodyLimitBytes: number
  readonly maxConnections: number
  readonly maxInFlightRequests: number
  /** Of one tenant, where limits are on. */
  readonly maxInFlightPerTenant: number
  /** Worked on at once, where limits are on; the others wait, by tenant. */
  readonly maxActiveRequests: number
  /** Of one tenant. */
  readonly maxActivePerTenant: number
  /** After which a request counts as waiting for something else. */
  readonly maxActiveMs: number
  /** Body bytes held at once, over all requests. */
  readonly maxInFlightBytes: number
  readonly maxHeaderBytes: number
  /** From the first byte of a request to the end of its headers. */
  readonly headersTimeoutMs: number
  /** From the end of the headers to the end of the body; streamed imports have `importIdleTimeoutMs` instead. */
  readonly bodyTimeoutMs: number
  /** Without any byte in either direction a connection is closed. */
  readonly connectionIdleTimeoutMs: number
  readonly keepAliveTimeoutMs: number
  /** How long requests in flight may take once the server closes. */
  readonly drainTimeoutMs: number
  /** Longest line of a streamed import. */
  readonly importLineLimitBytes: number
  /** Lines of one streamed import that are held at once. */
  readonly importWindowLines: number
  readonly importWindowBytes: number
  /** A streamed import in which nothing moves ends. */
  readonly importIdleTimeoutMs: number
  /** `Prefer: wait` is cut to this. */
  readonly maxWaitMs: number
}

const MIB = 1024 * 1024

export const defaultHttpOptions: HttpOptions = Object.freeze({
  bodyLimitBytes: MIB,
  batchBodyLimitBytes: 16 * MIB,
  maxConnections: 4096,
  maxInFlightRequests: 1024,
  maxInFlightPerTenant: 256,
  maxActiveRequests: 8,
  maxActivePerTenant: 6,
  maxActiveMs: 1000,
  maxInFlightBytes: 64 * MIB,
  maxHeaderBytes: 16 * 1024,
  headersTimeoutMs: 10_000,
  bodyTimeoutMs: 30_000,
  connectionIdleTimeoutMs: 60_000,
  keepAliveTimeoutMs: 65_000,
  drainTimeoutMs: 10_000,
  importLineLimitBytes: MIB,
  importWindowLines: 1000,
  importWindowBytes: 4 * MIB,
  importIdleTimeoutMs: 30_000,
  maxWaitMs: 10_000,
})
