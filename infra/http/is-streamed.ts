import type { FastifyRequest } from 'fastify'

const NDJSON = /^application\/(?:x-)?ndjson(?:\s*;|$)/i

/** The body is newline-delimited JSON on a route that reads it as a stream. */
export const isStreamed = (request: FastifyRequest): boolean =>
  request.routeOptions.config.streams === true && NDJSON.test(request.headers['content-type'] ?? '')
