import { type Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { type Stretch, summary } from './http-measure.ts'

export interface Exchange {
  readonly status: number
  readonly text: string
}

export interface ExchangeOptions {
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends over `agent`'s kept-alive connections. node:http, because fetch costs the loading side more than the server. */
export function exchange(
  agent: Agent,
  url: string,
  body: string | null,
  { contentType = 'application/json', headers: more = {} }: ExchangeOptions = {},
): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const ofBody = body === null ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(body) }
    const headers = { ...more, ...ofBody }
    const outgoing = request(url, { agent, method: body === null ? 'GET' : 'POST', headers }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString() }))
    })
    outgoing.on('error', reject)
    outgoing.end(body ?? undefined)
  })
}

/**
 * Sends `bodies`, one after the other on each of `connections`, and measures each exchange. Over bare sockets: on a machine
 * with two cores the client's share of them is taken from the server, and node:http costs the client as much as half a
 * `POST /remember` costs the server.
 */
export async function load(url: string, connections: number, bodies: readonly string[]): Promise<Stretch> {
  const target = new URL(url)
  const requests = bodies.map((body) => requestOf(target, body))
  const latencies: number[] = []
  let failed = 0
  let next = 0
  const started = performance.now()
  await Promise.all(
    Array.from({ length: connections }, () =>
      drive(target, () => requests[next++], {
        answered(status, milliseconds) {
          latencies.push(milliseconds)
          if (status >= 400) failed += 1
        },
      }),
    ),
  )
  return summary(latencies, performance.now() - started, failed)
}

const requestOf = (target: URL, body: string): string =>
  `POST ${target.pathname} HTTP/1.1\r\nhost: ${target.host}\r\ncontent-type: application/json\r\n` +
  `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

interface Listener {
  answered(status: number, milliseconds: number): void
}

/** One connection: the next request leaves when the last one is answered in full. */
function drive(target: URL, nextRequest: () => string | undefined, listener: Listener): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(target.port), target.hostname)
    let sentAt = 0
    let received = ''
    socket.setNoDelay(true).setEncoding('latin1').on('error', reject).on('connect', send)
    socket.on('data', (text) => {
      received += text
      const status = completeStatus(received)
      if (status === null) return
      received = ''
      listener.answered(status, performance.now() - sentAt)
      send()
    })
    function send(): void {
      const request = nextRequest()
      if (request === undefined) {
        finish(socket)
        return
      }
      sentAt = performance.now()
      socket.write(request)
    }
    function finish(done: Socket): void {
      done.end()
      resolve()
    }
  })
}

/** The status of an answer that has come in full, else `null`. Every answer here says its length. */
function completeStatus(received: string): number | null {
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd < 0) return null
  const length = /\r\ncontent-length: (\d+)/i.exec(received.slice(0, headEnd))
  if (length === null) throw new Error(`an answer without its length: ${received.slice(0, headEnd)}`)
  return received.length < headEnd + 4 + Number(length[1]) ? null : Number(received.slice(9, 12))
}
