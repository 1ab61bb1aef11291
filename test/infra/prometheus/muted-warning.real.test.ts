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
  const firing = [lag('warning', 'long-term-1'), lag('critical', 'long-term-1'), lag('warning', 'working-memory-1')]
  const { status } = await post(`http://${address}/api/v2/alerts`, firing)
  t.is(status, 200)
  // They are one group, and so one message.
  const told = await eventually(() => {
    const each = webhook.told.map(({ labels }) => `${labels.severity} ${labels.projection}`)
    assert.ok(each.includes('warning working-memory-1'), each.join())
    return each
  })
  t.true(told.includes('critical long-term-1'))
  t.false(told.includes('warning long-term-1'))
})
