import { once } from 'node:events'
import { Agent, request } from 'node:http'
import type { ExecutionContext } from 'ava'
import { tokenOf } from '../../support/signed-in.ts'
import type { HttpAnswer, Send } from './attack.ts'
import { holders } from './tenants.ts'

/** Sends as holders that are signed in at a server, or at several in turn, over connections that are kept. */
export async function sendOverHttp(t: ExecutionContext, ...urls: readonly string[]): Promise<Send> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  t.teardown(() => agent.destroy())
  const signedIn = await Promise.all(
    holders.map(async ({ token, identity }) => [token, await tokenOf(identity)] as const),
  )
  const tokens = new Map(signedIn)
  let next = 0
  return async (token, { method, path, body, headers: more }): Promise<HttpAnswer> => {
    const url = new URL(urls[next++ % urls.length]!)
    const headers: Record<string, string> = { ...more, authorization: `Bearer ${tokens.get(token)}` }
    if (body !== undefined) headers['content-type'] = 'application/json'
    const sent = request({ host: url.hostname, port: url.port, agent, method, path, headers })
    sent.end(body === undefined ? undefined : JSON.stringify(body))
    const [answer] = await once(sent, 'response')
    let text = ''
    for await (const chunk of answer.setEncoding('utf8')) text += chunk
    return { status: answer.statusCode, text }
  }
}
