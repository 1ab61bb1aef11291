import type { JsonObject } from '../../domain/json.ts'

/** What a route of the HTTP API answered. */
export interface RouteAnswer {
  readonly status: number
  /** Problem details (RFC 9457) from 400 on. */
  readonly body: JsonObject
}

/**
 * Asks a route of the HTTP API under the caller's credential: within the server, or over the network. A tool goes through
 * it, so that it is authenticated, limited, validated, counted and refused as any other request.
 */
export type CallRoute = (
  path: string,
  body: JsonObject,
  headers: Readonly<Record<string, string>>,
) => Promise<RouteAnswer>
