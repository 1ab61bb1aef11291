import { join } from 'node:path'
import test from 'ava'
import { HostCalls } from '../../../infra/views/host-calls.ts'
import { openViewSource } from '../../../infra/views/open-view-source.ts'
import { threadsOn } from '../../../infra/views/view-threads.ts'
import { defaultQueryLimits } from '../../../query-api/query-limits.ts'
import { DEFAULT_SETTINGS } from '../../../query-api/view-index.ts'
import { openEmbedded } from '../../support/embedded.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

test('further threads rank where there are cores for them, and at most as many as a scanned memory has places for', (t) => {
  t.deepEqual([1, 2, 3, 4, 8, 16, 64].map(threadsOn), [
    { holders: 1, rankers: 0 },
    { holders: 1, rankers: 1 },
    { holders: 2, rankers: 1 },
    { holders: 3, rankers: 1 },
    { holders: 4, rankers: 1 },
    { holders: 4, rankers: 3 },
    { holders: 4, rankers: 3 },
  ])
})

test('a thread that holds views gives questions that wait to the threads it was told to start', async (t) => {
  const dataDir = temporaryFolder(t)
  await (await openEmbedded(t, dataDir)).close()
  const faults: unknown[] = []
  const calls = new HostCalls({ postMessage: (message) => void faults.push(message) })
  const rows = { kind: 'sqlite', state: join(dataDir, 'state.db'), keys: join(dataDir, 'keys.db') } as const
  const source = { rows, dataDir, masterKey: null, vectorModel: null, limits: defaultQueryLimits, rankers: 1 }
  const { answers, makeIndex } = await openViewSource(source, calls)
  const index = makeIndex(DEFAULT_SETTINGS)
  const asOf = { valid: Date.UTC(2030, 0), validAsked: false, known: null }
  const query = { query: 'anything', k: 1, filter: null, asOf, minScore: null, explain: false }
  const answer = await eventually(() => {
    const asked = { ask: 'recall', args: [query] }
    const given = answers?.answer(1, index, asked, [asked])
    if (!(given instanceof Promise)) throw new Error('it is not given away yet')
    return given
  })
  t.deepEqual(answer, [])
  t.deepEqual(faults, [])
})
