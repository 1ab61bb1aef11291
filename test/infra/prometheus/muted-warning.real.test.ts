import assert from 'node:assert/strict'
import test from 'ava'
import { eventually } from '../../support/eventually.ts'
import { post } from '../../support/http-client.ts'
import { monitoringTools } from './monitoring-tools.ts'
import { startOwnAlertmanager } from './own-monitoring.ts'
import { startWebhook } from './webhook.ts'

const { tools, missing } = await monitoringTools()
const real = missing === null ? test : test.skip
const reason = missing === null ? '' : ` (${missing})`

const lag = (severity: string, projection: string) => ({
  labels: { alertname: 'SomabrainConsumerLag', job: 'somabrain', severity, projection },
})

real(`a critical alert mutes the warning of the same thing, and no other one${reason}`, async (t) => {
  t.timeout(120_000)
  const webhook = await startWebhook(t)
  const address = await startOwnAlertmanager(t, tools!, webhook.url)
  const fire = async (...alerts: ReadonlyArray<ReturnType<typeof lag>>): Promise<void> => {
    const { status } = await post(`http://${address}/api/v2/alerts`, alerts)
    t.is(status, 200)
  }
  const told = (what: string): Promise<readonly string[]> =>
    eventually(() => {
      const each = webhook.told.map(({ labels }) => `${labels.severity} ${labels.projection}`)
      assert.ok(each.includes(what), each.join())
      return each
    })
  // What mutes has to be known before: Alertmanager looks at the two beside each other, and a busy machine mixes them.
  await fire(lag('critical', 'long-term-1'))
  await t.notThrowsAsync(told('critical long-term-1'))
  await fire(lag('warning', 'long-term-1'), lag('warning', 'working-memory-1'))
  t.false((await told('warning working-memory-1')).includes('warning long-term-1'))
})
