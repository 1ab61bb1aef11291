import assert from 'node:assert/strict'
import test from 'ava'
import { freePort } from '../../../infra/stack/free-port.ts'
import { eventually } from '../../support/eventually.ts'
import { startServerProcess } from '../../support/server-process.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { monitoringTools } from './monitoring-tools.ts'
import { startOwnMonitoring } from './own-monitoring.ts'
import { startWebhook, type ToldAlert } from './webhook.ts'

// A real Prometheus with the real rules, a real Alertmanager, and somebody who is told.

const { tools, missing } = await monitoringTools()
const real = missing === null ? test : test.skip
const reason = missing === null ? '' : ` (${missing})`

const DEADLINE_MS = 120_000

real(`whoever is to be told hears that a server was killed, and that it is back${reason}`, async (t) => {
  t.timeout(400_000)
  const port = await freePort()
  const [target, dataDir] = [`127.0.0.1:${port}`, temporaryFolder(t)]
  const start = async () => {
    const server = await startServerProcess(dataDir, { SOMABRAIN_PORT: String(port) })
    t.teardown(() => server.kill())
    return server
  }
  const server = await start()
  const webhook = await startWebhook(t)
  await startOwnMonitoring(t, tools!, { target, webhook: webhook.url })
  /** What it is told from now on. */
  const nextTold = (status: ToldAlert['status']): Promise<ToldAlert> => {
    const before = webhook.told.length
    return eventually(() => {
      const later = webhook.told.slice(before)
      const alert = later.find(({ labels, status: is }) => labels.alertname === 'SomabrainTargetDown' && is === status)
      assert.ok(alert, JSON.stringify(later))
      return alert
    }, DEADLINE_MS)
  }

  await server.kill()
  const { labels, annotations } = await nextTold('firing')
  t.deepEqual(labels, { alertname: 'SomabrainTargetDown', instance: target, job: 'somabrain', severity: 'critical' })
  t.is(annotations.summary, `${target} does not answer`)
  t.is(annotations.runbook_url, 'docs/how-to/alerts.md#somabraintargetdown')

  const resolving = nextTold('resolved')
  await start()
  const resolved = await resolving
  t.is(resolved.labels.instance, target)
})
