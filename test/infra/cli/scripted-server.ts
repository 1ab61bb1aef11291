import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ExecutionContext } from 'ava'
import type { JsonObject, JsonValue } from '../../../domain/json.ts'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
  readonly body: JsonObject
}

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: JsonValue
}

/** An HTTP server that answers as a test says: refusals that a sound server gives only in distress. */
export async function scriptedServer(t: ExecutionContext, answer: (asked: Asked, turn: number) => Answer) {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    const one: Asked = {
      method: request.method ?? '',
      path: request.url ?? '',
      authorization: request.headers.authorization,
      body: text === '' ? {} : JSON.parse(text),
    }
    asked.push(one)
    const { status = 200, headers = {}, body } = answer(one, asked.length - 1)
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

/** Answers `/remember/batch` as memory does: each new key is stored once, each known one is a duplicate. */
export function rememberingAnswer() {
  const ids = new Map<string, string>()
  const stored: JsonObject[] = []
  const answer = (asked: Asked): Answer => {
    const items = (asked.body.items ?? []) as readonly JsonObject[]
    const results = items.map((item, index) => {
      const key = String(item.idempotency_key)
      const isNew = !ids.has(key)
      if (isNew) {
        ids.set(key, `memory-${ids.size + 1}`)
        stored.push(item)
      }
      return { index, status: isNew ? 'accepted' : 'duplicate', memory_id: ids.get(key)!, position: 'p' }
    })
    return { body: { results, accepted: items.length, failed: 0, position: 'p' } }
  }
  return { answer, stored }
}
