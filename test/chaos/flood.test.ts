import { Agent, request } from 'node:http'
import test from 'ava'
import { get } from '../support/http-client.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

const REQUESTS = Number(process.env.FLOOD ?? 100_000)
const CONNECTIONS = 1000
const RECALL_EVERY = 10

interface Seen {
  readonly statuses: Map<number, number>
  refusedWithoutRetryAfter: number
  broken: number
}

function ask(agent: Agent, url: string, n: number, seen: Seen): Promise<void> {
  const recall = n % RECALL_EVERY === 0
  const body = JSON.stringify(
    recall
      ? { namespace: `flood-${n % 7}`, query: 'which wave?', k: 3 }
      : { namespace: `flood-${n % 7}`, content: `wave ${n}` },
  )
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const sent = request(`${url}/${recall ? 'recall' : 'remember'}`, { agent, method: 'POST', headers }, (answer) => {
      const status = answer.statusCode ?? 0
      seen.statuses.set(status, (seen.statuses.get(status) ?? 0) + 1)
      if ((status === 429 || status === 503) && answer.headers['retry-after'] === undefined)
        seen.refusedWithoutRetryAfter += 1
      answer.resume()
      answer.on('end', resolve)
      answer.on('error', resolve)
    })
    sent.on('error', () => {
      seen.broken += 1
      resolve()
    })
    sent.end(body)
  })
}

test(`${REQUESTS} requests at ${CONNECTIONS} connections are all answered, and the server lives on`, async (t) => {
  t.timeout(15 * 60_000)
  const server = await startServerProcess(temporaryFolder(t))
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const seen: Seen = { statuses: new Map(), refusedWithoutRetryAfter: 0, broken: 0 }
  let next = 0
  const connection = async (): Promise<void> => {
    for (let n = next++; n < REQUESTS; n = next++) await ask(agent, server.url, n, seen)
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, connection))
  agent.destroy()

  t.log(Object.fromEntries(seen.statuses))
  t.is(seen.broken, 0)
  t.is(seen.refusedWithoutRetryAfter, 0)
  t.deepEqual(
    [...seen.statuses.keys()].filter((status) => ![200, 202, 429, 503].includes(status)),
    [],
  )
  t.is((await get(`${server.url}/health`)).status, 200)
  t.is(await server.stop(), 0)
})
