import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ExecutionContext } from 'ava'

export interface EmbeddingsCall {
  readonly texts: readonly string[]
  readonly authorization: string | null
  readonly model: string
}

type Behaviour = (call: EmbeddingsCall, response: ServerResponse) => void

/** Words of one line mean the same. */
const CONCEPTS = ['car automobile vehicle', 'doctor physician', 'child kid toddler', 'sea ocean', 'dog puppy'].map(
  (line) => new Set(line.split(' ')),
)

/** A vector that is near that of a text with the same concepts, whatever words it says them in. */
export function vectorOf(text: string, dimension = 8): number[] {
  const vector = Array.from({ length: dimension }, () => 0.05)
  for (const word of text.toLowerCase().match(/[a-z]+/g) ?? []) {
    const concept = CONCEPTS.findIndex((words) => words.has(word))
    if (concept >= 0 && concept < dimension) vector[concept]! += 1
  }
  return vector
}

export const answering =
  (dimension = 8): Behaviour =>
  ({ texts }, response) => {
    const data = texts.map((text, index) => ({ index, embedding: vectorOf(text, dimension) }))
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: data.reverse() }))
  }

export const status =
  (code: number, headers: Record<string, string> = {}): Behaviour =>
  (_, response) => {
    response.writeHead(code, headers).end('{"error":{"message":"no"}}')
  }

export const body =
  (text: string): Behaviour =>
  (_, response) =>
    void response.writeHead(200).end(text)

export const silence: Behaviour = () => undefined

export interface EmbeddingsService {
  readonly url: string
  readonly calls: readonly EmbeddingsCall[]
  /** How it answers from now on; `next` are used up first. */
  behave(always: Behaviour, ...next: readonly Behaviour[]): void
}

/** A real HTTP server with OpenAI's `/embeddings`, which behaves as a test says. */
export async function embeddingsService(t: ExecutionContext): Promise<EmbeddingsService> {
  let always: Behaviour = answering()
  let next: Behaviour[] = []
  const calls: EmbeddingsCall[] = []
  const server = createServer(async (request, response) => {
    const sent = JSON.parse(await textOf(request)) as { readonly input: readonly string[]; readonly model: string }
    const call = { texts: sent.input, authorization: request.headers.authorization ?? null, model: sent.model }
    calls.push(call)
    ;(next.shift() ?? always)(call, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    calls,
    behave(from, ...first) {
      always = from
      next = [...first]
    },
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
