import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import type { ExecutionContext } from 'ava'

/** An alert as Alertmanager tells of it. */
export interface ToldAlert {
  readonly status: 'firing' | 'resolved'
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

export interface Webhook {
  readonly url: string
  /** What it was told so far, in order. */
  readonly told: readonly ToldAlert[]
}

/** Takes what Alertmanager sends; closed with the test. */
export async function startWebhook(t: Pick<ExecutionContext, 'teardown'>): Promise<Webhook> {
  const told: ToldAlert[] = []
  const server = createServer(async (request, response) => {
    const { alerts } = (await json(request)) as { readonly alerts: readonly ToldAlert[] }
    told.push(...alerts)
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, told }
}
