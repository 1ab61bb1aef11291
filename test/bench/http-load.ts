import { Agent, request } from 'node:http'
import { type Stretch, summary } from './http-measure.ts'

export interface Exchange {
  readonly status: number
  readonly text: string
}

/** Sends over `agent`'s kept-alive connections. node:http, because fetch costs the loading side more than the server. */
export function exchange(
  agent: Agent,
  url: string,
  body: string | null,
  contentType = 'application/json',
): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const headers = body === null ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(body) }
    const outgoing = request(url, { agent, method: body === null ? 'GET' : 'POST', headers }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString() }))
    })
    outgoing.on('error', reject)
    outgoing.end(body ?? undefined)
  })
}

/** Sends `bodies`, one after the other on each of `connections`, and measures each exchange. */
export async function load(url: string, connections: number, bodies: readonly string[]): Promise<Stretch> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const latencies: number[] = []
  let failed = 0
  let next = 0
  const connection = async (): Promise<void> => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      const started = performance.now()
      const { status } = await exchange(agent, url, body)
      latencies.push(performance.now() - started)
      if (status >= 400) failed += 1
    }
  }
  const started = performance.now()
  await Promise.all(Array.from({ length: connections }, connection))
  const elapsed = performance.now() - started
  agent.destroy()
  return summary(latencies, elapsed, failed)
}
