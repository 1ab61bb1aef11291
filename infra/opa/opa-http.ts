import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

const MAX_SOCKETS = 64
/** Below the policy engine's own idle timeout, so that it is the client that closes first. */
const IDLE_SOCKET_MS = 15_000
/** A decision is a few bytes; anything longer comes from something else. */
const MAX_ANSWER_BYTES = 64 * 1024

/** Connections to a policy engine that stay open between decisions. */
export interface OpaHttp {
  /** The `result` of a document, `undefined` when there is none. Rejects when no such answer came in `timeoutMs`. */
  query(path: string, input: unknown, timeoutMs: number): Promise<unknown>
  close(): void
}

/** `endpoint`: `http(s)://host[:port][/path]`. */
export function createOpaHttp(endpoint: string): OpaHttp {
  const base = new URL(endpoint)
  const isTls = base.protocol === 'https:'
  const options = { keepAlive: true, maxSockets: MAX_SOCKETS, timeout: IDLE_SOCKET_MS }
  const agent = isTls ? new HttpsAgent(options) : new HttpAgent(options)
  const send = isTls ? httpsRequest : httpRequest
  const prefix = base.pathname.replace(/\/+$/, '')

  const once = (path: string, body: Buffer, signal: AbortSignal): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': body.length }
      const request: ClientRequest = send(
        new URL(`${prefix}${path}`, base),
        { method: 'POST', agent, headers, signal },
        (answer) => void resultOf(answer).then(resolve, reject),
      )
      // An idle connection may be closed by the other side at the moment that it is taken (RFC 9112 §9.3.1). A decision
      // changes nothing, so it is asked for again.
      request.on('error', (error: NodeJS.ErrnoException) => {
        const isStale = request.reusedSocket && error.code === 'ECONNRESET'
        if (isStale) once(path, body, signal).then(resolve, reject)
        else reject(error)
      })
      request.end(body)
    })

  return {
    async query(path, input, timeoutMs) {
      const signal = AbortSignal.timeout(timeoutMs)
      try {
        return await once(path, Buffer.from(JSON.stringify({ input })), signal)
      } catch (cause) {
        const reason = signal.aborted ? `no answer within ${timeoutMs} ms` : (cause as Error).message
        throw new Error(`the policy engine at ${base.host} gives no decision: ${reason}`, { cause })
      }
    },
    close: () => agent.destroy(),
  }
}

async function resultOf(answer: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`its answer is longer than ${MAX_ANSWER_BYTES} bytes`)
    chunks.push(chunk)
  }
  if (answer.statusCode !== 200) throw new Error(`it answered ${answer.statusCode}`)
  const document: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
  return typeof document === 'object' && document !== null && 'result' in document ? document.result : undefined
}
