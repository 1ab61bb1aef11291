import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { freePort } from '../../../infra/stack/free-port.ts'
import { testCluster } from '../../support/cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { get } from '../../support/http-client.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
const STARTS_WITHIN_MS = 60_000

if (missing !== null) {
  test.skip(`a start that is tried again: ${missing}`, () => undefined)
} else {
  test('a process whose start fails late tries again until it can start', async (t) => {
    const cluster = await testCluster(temporaryFolder(t))
    try {
      // Where its keys would lie there is a file: everything up to them is opened, and has to be given back.
      const dataDir = join(temporaryFolder(t), 'data')
      writeFileSync(dataDir, '')
      const port = await freePort()
      const more = { SOMABRAIN_DATA_DIR: dataDir, SOMABRAIN_PORT: String(port), LOG_LEVEL: 'silent' }
      const starting = cluster.start('all', more)
      const startup = () => get(`http://127.0.0.1:${port}/startup`)
      await eventually(async () => {
        const { status, body } = await startup()
        if (status !== 503 || !/ENOTDIR|EEXIST/.test(String(body.waiting_for))) throw new Error(JSON.stringify(body))
      }, STARTS_WITHIN_MS)
      rmSync(dataDir)
      mkdirSync(dataDir)
      const server = await starting
      t.is((await startup()).status, 200)
      const metrics = await (await fetch(`${server.url}/metrics`)).text()
      t.regex(metrics, /^somabrain_log_head_offset\{partition="0"\} 0$/m, 'of the log that the last try opened')
    } finally {
      await cluster.remove()
    }
  })
}
