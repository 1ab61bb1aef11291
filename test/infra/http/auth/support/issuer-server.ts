import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ExecutionContext } from 'ava'
import type { IssuerKey } from './signed-tokens.ts'

/** An identity provider that publishes keys over HTTP, as well or as badly as a test says. */
export interface IssuerServer {
  readonly url: string
  /** How often it was asked. */
  asked(): number
  publish(...keys: readonly IssuerKey[]): void
  /** Answers in a way of the test's. */
  answerWith(answer: (response: ServerResponse) => void): void
}

export async function startIssuer(t: ExecutionContext): Promise<IssuerServer> {
  let asked = 0
  let answer = (response: ServerResponse): void => void response.writeHead(404).end()
  const server = createServer((_request, response) => {
    asked += 1
    answer(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
    asked: () => asked,
    publish(...keys) {
      const body = JSON.stringify({ keys: keys.map(({ jwk }) => jwk) })
      answer = (response) => void response.setHeader('content-type', 'application/json').end(body)
    },
    answerWith(own) {
      answer = own
    },
  }
}
