import test from 'ava'
import { eventually } from '../../support/eventually.ts'
import { get, post } from '../../support/http-client.ts'
import { startServerProcess } from '../../support/server-process.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const SHOWN = 60
const UNSEEN = 20

/** Ids of the recalls that the audit shows, the first one first. */
async function auditedRecalls(url: string): Promise<string[]> {
  const { body } = await get(`${url}/audit?limit=500&action=recall`)
  const items = body.items as { operation: { request_id: string } }[]
  return items.map(({ operation }) => operation.request_id).reverse()
}

const shows = (url: string, id: string): Promise<string[]> =>
  eventually(async () => {
    const ids = await auditedRecalls(url)
    if (!ids.includes(id)) throw new Error(`${id} is not in the audit yet`)
    return ids
  })

test('a SIGKILL takes nothing that the audit has shown, and of what came after it the last at most', async (t) => {
  t.timeout(120_000)
  const dataDir = temporaryFolder(t)
  const first = await startServerProcess(dataDir)
  t.teardown(() => first.kill())
  const answeredAt: number[] = []
  const recall = async (i: number): Promise<void> => {
    await post(`${first.url}/recall`, { query: 'anything' }, { 'x-request-id': `r-${i}` })
    answeredAt[i] = performance.now()
  }
  for (let i = 0; i < SHOWN; i += 1) await recall(i)
  // How long that takes is the machine's affair; once the last is shown, none of them is in the window of loss any more.
  const everyShown = Array.from({ length: SHOWN }, (_, i) => `r-${i}`)
  t.deepEqual(await shows(first.url, `r-${SHOWN - 1}`), everyShown)
  for (let i = SHOWN; i < SHOWN + UNSEEN; i += 1) await recall(i)
  const killedAt = performance.now()
  await first.kill()

  const second = await startServerProcess(dataDir)
  t.teardown(() => second.kill())
  // What it left is chained before what comes now.
  await post(`${second.url}/recall`, { query: 'anything' }, { 'x-request-id': 'after' })
  const kept = (await shows(second.url, 'after')).filter((id) => id !== 'after')
  const age = Math.round(killedAt - (answeredAt[kept.length] ?? killedAt))
  t.log(`of ${UNSEEN} unseen operations ${SHOWN + UNSEEN - kept.length} were lost, the oldest ${age} ms old`)
  t.deepEqual(kept.slice(0, SHOWN), everyShown)
  t.deepEqual(
    kept,
    Array.from({ length: kept.length }, (_, i) => `r-${i}`),
  )
})
