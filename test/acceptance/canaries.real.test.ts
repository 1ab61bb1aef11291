import { randomBytes } from 'node:crypto'
import test from 'ava'
import { askCanaries, canaryRequests } from '../infra/audit/canary-requests.ts'
import { filesHoldingEach } from '../infra/erasure/search-files.ts'
import { testCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { send } from '../support/http-client.ts'
import { missingParts } from '../support/real-parts.ts'
import { holds, storedInCluster } from '../support/stored-in-cluster.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { partFolders } from './erasure/erasing-cluster.ts'

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
if (missing !== null) {
  test.skip(`canaries in a cluster: ${missing}`, () => undefined)
} else {
  test('nothing of what was asked is in any topic, table, key, file or log of a cluster', async (t) => {
    t.timeout(180_000)
    const dataDir = temporaryFolder(t)
    const cluster = await testCluster(dataDir)
    t.teardown(() => cluster.remove())
    // Of this run alone: files of shared parts hold what others wrote.
    const root = `canary${randomBytes(6).toString('hex')}`
    const canary = (field: string): string => `${root}-${field}`
    const namespace = `clear-${randomBytes(6).toString('hex')}`
    const token = canary('token-of-the-owner')
    const server = await cluster.start('all', { SOMABRAIN_API_TOKEN: token, LOG_LEVEL: 'debug' })
    const ask = (path: string) => send('GET', `${server.url}${path}`, undefined, { authorization: `Bearer ${token}` })
    const requests = canaryRequests(canary, namespace)
    const statuses = await askCanaries(server.url, canary, requests, [token, canary('wrong-token')])
    t.deepEqual([statuses[0], statuses[3]], [202, 200], statuses.join(' '))
    // The first was erased by one that came later: another of its kind stands while everything is searched.
    const headers = { authorization: `Bearer ${token}`, prefer: 'wait=20' }
    t.is((await send('POST', `${server.url}/remember`, requests[0]![2], headers)).status, 201)
    await eventually(async () => {
      const { body } = await ask('/audit?limit=500')
      if ((body.items as unknown[]).length < 10) throw new Error('not chained yet')
      t.false(JSON.stringify(body).includes(root))
      const listed = await ask(`/memories?namespace=${namespace}&after=latest`)
      if (listed.status !== 200) throw new Error(JSON.stringify(listed.body))
    })
    const inMind = await ask(`/working-memory?namespace=${namespace}`)
    t.is((inMind.body.items as unknown[]).length, 1)
    t.is(await server.stop(), 0)

    const found: string[] = []
    const searched = new Set<string>()
    for await (const piece of storedInCluster(cluster)) {
      if (holds(piece, root)) found.push(`${piece.place}: ${piece.text.slice(0, 500)}`)
      if (holds(piece, namespace)) searched.add(piece.part)
    }
    t.deepEqual(found, [])
    t.deepEqual([...searched].sort(), ['kafka', 'postgres', 'redis'], 'the search finds what is in clear')
    const parts = await partFolders()
    if (parts === null) t.not(process.env.CI, 'true', 'in CI the files of every part are searched')
    for (const folder of [dataDir, ...Object.values(parts ?? {})]) {
      t.deepEqual(filesHoldingEach(folder, { root: [root] }).root, [], folder)
    }
    t.false(server.output().includes(root))
  })
}
