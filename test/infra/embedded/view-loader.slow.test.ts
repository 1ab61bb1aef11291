import test from 'ava'
import { createViewLoader } from '../../../infra/embedded/view-loader.ts'
import { identity, openEmbedded, recallRequest, rememberRequest, waiting } from '../../support/embedded.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const CONTENTS = [
  'Mara repaired the clock at the harbour on 3 May 2026.',
  'I painted the boat yesterday, and it took 4 hours!',
  'Where did Tobias go last Friday?',
  '港で時計を直した。',
  'Zwei Wörter: „Straße“ und «naïve».',
]

async function filled(t: Parameters<typeof openEmbedded>[0], count: number) {
  const dataDir = temporaryFolder(t)
  const open = await openEmbedded(t, dataDir)
  const items = Array.from({ length: count }, (_, n) => ({
    idempotencyKey: null,
    request: rememberRequest(`${CONTENTS[n % CONTENTS.length]} (${n})`, {
      author: n % 3 === 0 ? 'Mara' : 'Tobias',
      runId: n % 4 === 0 ? null : `run-${Math.floor(n / 10)}`,
      tags: [`tag-${n % 5}`],
      metadata: { n, nested: { even: n % 2 === 0 } },
      occurredAt: Date.UTC(2026, 0, 1) + n * 3_600_000,
    }),
  }))
  const results = await open.commands.rememberMany(waiting(), items)
  const ids = results.map((result) => ('receipt' in result ? result.receipt.memoryId! : ''))
  await open.commands.forget(waiting(), { namespace: 'default', what: { memoryId: ids[1]! }, dryRun: false })
  await open.commands.remember(
    waiting(),
    rememberRequest('Mara sold the clock.', { supersedes: ids[0]!, occurredAt: Date.UTC(2026, 6, 1) }),
  )
  await open.close()
  return dataDir
}

const RANGE = { since: { changed: 0, memoryId: '00000000-0000-0000-0000-000000000000' }, upTo: 1000 }

const QUERIES = [
  'Who repaired the clock?',
  'When was the boat painted?',
  'How many hours did it take?',
  '時計',
  'Straße',
  'Mara last Friday',
]

test('a view that the loader filled answers as one that this thread filled, word for word', async (t) => {
  const dataDir = await filled(t, 700)
  const answers = async (loaderFromRows: number) => {
    const open = await openEmbedded(t, dataDir, () => Date.UTC(2026, 8, 1), {
      queryLimits: { loaderFromRows, loaderPageRows: 64 },
    })
    const found = []
    for (const query of QUERIES) {
      const { results } = await open.query.recall(identity, recallRequest(query, { k: 50, explain: true }))
      found.push(results.map(({ memoryId, score, signals }) => ({ memoryId, score, signals })))
      const filter = { op: 'in', field: 'metadata.nested.even', values: [true] } as const
      found.push(
        (await open.query.list(identity, { namespace: 'default', filter, limit: 500, cursor: null, after: null }))
          .items,
      )
    }
    await open.close()
    return found
  }
  const here = await answers(Number.POSITIVE_INFINITY)
  t.true(here.flat().length > 100)
  t.deepEqual(await answers(1), here)
})

test('what is written after the loader filled a view is taken in by the ordinary sync', async (t) => {
  const dataDir = await filled(t, 60)
  const open = await openEmbedded(t, dataDir, Date.now, { queryLimits: { loaderFromRows: 1 } })
  t.true((await open.query.recall(identity, recallRequest('clock'))).results.length > 0)
  await open.commands.remember(waiting(), rememberRequest('A lighthouse keeper wrote it down.'))
  const { results } = await open.query.recall(identity, recallRequest('lighthouse'))
  t.deepEqual(
    results.map(({ content }) => content),
    ['A lighthouse keeper wrote it down.'],
  )
})

test('a loader whose files cannot be opened rejects, every time it is asked', async (t) => {
  const dataDir = await filled(t, 20)
  const files = {
    dataDir,
    keys: `${dataDir}/absent.db`,
    state: `${dataDir}/state.db`,
    masterKey: null,
    vectorModel: null,
  }
  const loader = createViewLoader(files)
  const ask = () => loader.page({ tenant: 'default', namespace: 'default' }, 'en', RANGE, 10)
  await t.throwsAsync(ask())
  await t.throwsAsync(ask())
  await loader.close()
})
