import test, { type ExecutionContext } from 'ava'
import { openEmbedded } from '../../support/embedded.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { type Answer, call } from './support/call.ts'
import { startEdge } from './support/start-edge.ts'

/** A server over the real application of both sides, and a way to remember a turn. */
async function served(t: ExecutionContext) {
  const { commands, query, erasure } = await openEmbedded(t, temporaryFolder(t))
  const { url } = await startEdge(t, { commands, query, erasure })
  const remember = async (run_id: string | null, at: string, more: Record<string, unknown> = {}) => {
    const body = { content: `${run_id} at ${at}`, run_id, occurred_at: `2025-10-${at}:00Z`, ...more }
    const { status, json } = await call(`${url}/remember`, { body, headers: { prefer: 'wait=10' } })
    t.true(status < 300, JSON.stringify(json))
    return String(json.memory_id)
  }
  return { url, remember }
}

const rows = ({ json }: Answer) =>
  (json.items as Array<Record<string, unknown>>).map((one) => [
    one.run_id,
    one.memories,
    one.first_occurred_at,
    one.last_occurred_at,
  ])
const at = (time: string): string => `2025-10-${time}:00.000Z`

test('GET /episodes tells of what stands: written, corrected, retired, restored, erased', async (t) => {
  const { url, remember } = await served(t)
  await remember('standup', '01T09:00', { user_id: 'ana' })
  const wrong = await remember('standup', '01T09:05', { user_id: 'bo' })
  const last = await remember('planning 💡', '02T14:00', { user_id: 'bo' })
  await remember('planning 💡', '02T13:00', { episode: 'planning 💡', agent_id: 'bot' })
  await remember(null, '09T00:00')
  await remember('elsewhere', '03T00:00', { namespace: 'other' })
  const planning = ['planning 💡', 2, at('02T13:00'), at('02T14:00')]
  const standup = ['standup', 2, at('01T09:00'), at('01T09:05')]
  const episodes = (query = '') => call(`${url}/episodes${query}`)

  const first = await episodes()
  t.is(first.status, 200)
  t.deepEqual(rows(first), [planning, standup])
  t.is(first.json.next_cursor, null)
  t.is(typeof first.json.position, 'string')
  t.false('degraded' in first.json)
  t.deepEqual(rows(await episodes('?namespace=other')), [['elsewhere', 1, at('03T00:00'), at('03T00:00')]])
  t.deepEqual(rows(await episodes('?user_id=ana')), [['standup', 1, at('01T09:00'), at('01T09:00')]])
  t.deepEqual(rows(await episodes('?agent_id=bot&user_id=ana')), [])

  // A correction without a run takes the place of a turn, which then counts no more.
  await remember(null, '01T09:06', { supersedes: wrong })
  t.deepEqual(rows(await episodes()), [planning, ['standup', 1, at('01T09:00'), at('01T09:00')]])
  await call(`${url}/memories/${last}`, { method: 'DELETE' })
  t.deepEqual(rows(await episodes())[0], ['planning 💡', 1, at('02T13:00'), at('02T13:00')])
  const restored = await call(`${url}/restore`, { body: { memory_id: last } })
  const fresh = await episodes(`?after=${restored.json.position}`)
  t.deepEqual(rows(fresh)[0], planning)

  for (const [runId, memories] of rows(fresh)) {
    const listed = await call(`${url}/memories?run_id=${encodeURIComponent(String(runId))}`)
    t.is((listed.json.items as unknown[]).length, Number(memories))
  }
  const erased = await call(`${url}/forget`, { body: { mode: 'erase', user_id: 'ana' } })
  t.true(erased.status < 300, erased.text)
  t.deepEqual(rows(await episodes()), [planning])
})

test('pages of GET /episodes go on behind one another, and a cursor goes no further than its question', async (t) => {
  const { url, remember } = await served(t)
  // As long as a run may be named, of the characters that take the most bytes: the cursor holds the name.
  const names = Array.from({ length: 5 }, (_, n) => `${n}${'💡'.repeat(255)}`)
  for (const name of names) await remember(name, '01T10:00', { user_id: 'ana' })
  const found: unknown[] = []
  let cursor: unknown = null
  do {
    const asked = new URLSearchParams({ limit: '2', ...(cursor === null ? {} : { cursor: String(cursor) }) })
    const page = await call(`${url}/episodes?${asked}`)
    t.is(page.status, 200, page.text)
    found.push(...rows(page).map(([runId]) => runId))
    cursor = page.json.next_cursor
  } while (cursor !== null)
  t.deepEqual(found, names)

  const { next_cursor } = (await call(`${url}/episodes?limit=2`)).json
  for (const other of ['&user_id=ana', '&agent_id=ana', '&namespace=other']) {
    const refused = await call(`${url}/episodes?cursor=${next_cursor}${other}`)
    t.is(refused.status, 400, other)
    t.like(refused.json, { code: 'invalid_cursor', field: 'cursor' })
  }
})
