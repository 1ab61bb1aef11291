import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'
import { securityHeaders } from './security-headers.ts'

/** More than one Prometheus scrapes, and people look; anything beyond is a mistake. */
const MAX_CONNECTIONS = 64
const TIMEOUT_MS = 10_000
const MAX_HEADER_BYTES = 8 * 1024

export interface MetricsServer {
  readonly url: string
  close(): Promise<void>
}

/**
 * `/metrics` and nothing else, on a port that only the network of the operator reaches: nobody is asked who they are. Port 0
 * takes a free one. Rejects when the port is taken.
 */
export async function startMetricsServer(registry: Registry, host: string, port: number): Promise<MetricsServer> {
  const headers = securityHeaders()
  const options = { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: TIMEOUT_MS, requestTimeout: TIMEOUT_MS }
  const server = createServer(options, (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    answer(registry, request, response).catch((error: Error) => response.destroy(error))
  })
  server.maxConnections = MAX_CONNECTIONS
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return {
    url: `http://${name}:${address.port}/metrics`,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function answer(registry: Registry, request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.resume()
  if (request.url?.split('?', 1)[0] !== '/metrics') return end(response, 404)
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    return end(response, 405)
  }
  const text = await registry.metrics()
  response.setHeader('content-type', registry.contentType)
  response.end(text)
}

function end(response: ServerResponse, status: number): void {
  response.statusCode = status
  response.end()
}
