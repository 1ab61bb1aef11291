import { hashState } from '../../../../infra/postgres/long-term/state-hash.ts'
import { partFaults } from '../../../../infra/telemetry/part-fault.ts'
import { eventually } from '../../../support/eventually.ts'
import { send } from '../../../support/http-client.ts'
import type { Chaos } from '../chaos.ts'
import { seconds } from '../report.ts'

const NOTICED_MS = 60_000
const ALARM = /^somabrain_projection_halted_partitions(?:\{.*\})? ([1-9]\d*)$/m

/**
 * The log is exchanged for an older copy of itself: what stores hold was folded from records that are no more. That must
 * be noticed and stopped, with the state left as it is. Only accepting it mends it (decision 26), so it is the last thing that is
 * done to a cluster.
 */
export async function verifyOlderLog({ cluster, copies, observer, report }: Chaos): Promise<void> {
  report.say('last: an older copy of the log is restored')
  const { readPool, liveBuild } = observer.parts
  const before = await hashState(readPool, liveBuild)
  await copies.restore('kafka')
  const begun = performance.now()
  const noticed = await Promise.all(
    [...cluster.of('projector'), ...cluster.of('commands'), ...cluster.of('query')].map(async ({ url, name }) => {
      try {
        await eventually(() => stopped(url), NOTICED_MS)
        return true
      } catch (error) {
        report.violated(`${name} does not notice that the log is an older one: ${(error as Error).message}`)
        return false
      }
    }),
  )
  const count = noticed.filter(Boolean).length
  const took = seconds(performance.now() - begun)
  report.figure('an older copy of the log', `${count} of 6 processes noticed and alarmed, ${took} after it answers`)
  for (const { url, name } of cluster.of('commands')) await expectRefusedWrite(url, name, report)
  if ((await eventually(() => hashState(readPool, liveBuild))) !== before) {
    report.violated('the state has changed under an older log')
  }
}

/** Acknowledged and never folded: what is written to such a log would be lost. */
async function expectRefusedWrite(url: string, name: string, report: Chaos['report']): Promise<void> {
  const answer = await send('POST', `${url}/remember`, { content: 'to no log' }, {}, AbortSignal.timeout(5_000))
  if (answer.status === 503 && answer.body.code === 'log_unavailable') return
  report.violated(`${name} answers a write to an older log with ${answer.status}: ${JSON.stringify(answer.body)}`)
}

async function stopped(url: string): Promise<void> {
  const health = await send('GET', `${url}/health`, undefined, {}, AbortSignal.timeout(5_000))
  const { fold } = health.body.components as Record<string, { readonly status: string; readonly error?: string }>
  if (health.status !== 503 || fold?.error !== partFaults.other_log) {
    throw new Error(`/health is ${health.status}: ${JSON.stringify(fold)}`)
  }
  const metrics = await (await fetch(`${url}/metrics`)).text()
  if (!ALARM.test(metrics)) throw new Error('no partition is counted as halted')
}
