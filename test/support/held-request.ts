import { request } from 'node:http'
import type { Answer } from './http-client.ts'

/** A request that a server has in flight: it has taken the headers, and waits for the body. */
export interface HeldRequest {
  /** Sends the body. */
  finish(): void
  /** Rejects when the connection ends without an answer. */
  readonly answer: Promise<Answer>
}

/** Resolves once the server has said that it waits for the body (`100 Continue`, RFC 9110 10.1.1). Each has its own connection. */
export async function holdPost(url: string, body: unknown): Promise<HeldRequest> {
  const bytes = Buffer.from(JSON.stringify(body))
  const headers = { 'content-type': 'application/json', 'content-length': bytes.length, expect: '100-continue' }
  const sent = request(url, { method: 'POST', agent: false, headers })
  const answer = new Promise<Answer>((resolve, reject) => {
    sent.once('error', reject)
    sent.once('response', async (response) => {
      try {
        const text = Buffer.concat(await response.toArray()).toString()
        const headers = new Headers(pairs(response.rawHeaders))
        resolve({ status: response.statusCode!, headers, body: text === '' ? {} : JSON.parse(text) })
      } catch (error) {
        reject(error)
      }
    })
  })
  sent.flushHeaders()
  // An answer before the body was asked for is a refusal; the caller finds it in `answer`.
  await Promise.race([new Promise<void>((resolve) => sent.once('continue', resolve)), answer])
  return { finish: () => void sent.end(bytes), answer }
}

const pairs = (raw: readonly string[]): [string, string][] =>
  Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i]!, raw[2 * i + 1]!])
