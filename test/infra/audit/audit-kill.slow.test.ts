import test from 'ava'
import { eventually } from '../../support/eventually.ts'
import { get, post } from '../../support/http-client.ts'
import { startServerProcess } from '../../support/server-process.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const READS = 60

test('a SIGKILL takes the last few operations at most, and none from between others', async (t) => {
  t.timeout(120_000)
  const dataDir = temporaryFolder(t)
  const first = await startServerProcess(dataDir)
  for (let i = 0; i < READS; i++) {
    await post(`${first.url}/recall`, { query: 'anything' }, { 'x-request-id': `r-${i}` })
  }
  await first.kill()
  const second = await startServerProcess(dataDir)
  t.teardown(() => second.kill())
  // What it left is chained before what comes now.
  await post(`${second.url}/recall`, { query: 'anything' }, { 'x-request-id': 'after' })
  const kept = await eventually(async () => {
    const { body } = await get(`${second.url}/audit?limit=500&action=recall`)
    const ids = (body.items as { operation: { request_id: string } }[]).map(({ operation }) => operation.request_id)
    if (!ids.includes('after')) throw new Error('not chained yet')
    return ids.filter((id) => id !== 'after').reverse()
  })
  t.log(`${READS - kept.length} of ${READS} were lost`)
  t.deepEqual(
    kept,
    Array.from({ length: kept.length }, (_, i) => `r-${i}`),
  )
  t.true(kept.length > 0)
})
