import test from 'ava'
import { guardedOpener } from '../../../query-api/guarded-opener.ts'
import { guardedReader } from '../../../query-api/guarded-reader.ts'
import type { RemoteQuestion } from '../../../query-api/ports/view-host.ts'
import { remember } from '../../query-api/support/commands.ts'
import { FoldedLog } from '../../query-api/support/folded-log.ts'
import { hostedViews } from '../../query-api/support/hosted-views.ts'
import type { PlainIndex } from '../../query-api/support/plain-index.ts'
import { viewParts } from '../../query-api/support/view-parts.ts'
import { eventually } from '../../support/eventually.ts'

const scope = { tenant: 'acme', namespace: 'notes' }
const anything = { offset: -1, allowStale: false }

/** A view behind a channel whose questions may be answered elsewhere, and what that other place was asked. */
function hosted() {
  const log = new FoldedLog()
  log.append(scope, remember(1, 'first'))
  const parts = { ...viewParts(log), reader: guardedReader(log) }
  const others: number[] = []
  const left: number[] = []
  const answers = {
    answer(_view: number, index: PlainIndex, _question: RemoteQuestion, behind: readonly RemoteQuestion[]) {
      others.push(behind.length)
      return behind.length === 0 ? index.count() : Promise.resolve('elsewhere')
    },
    bytes: () => 1_000_000,
    left: (view: number) => void left.push(view),
  }
  const served = { ...parts, opener: guardedOpener(parts.opener), answers }
  const host = hostedViews(served, { ...parts, key: async () => null })
  const view = host.open(scope, { changed() {}, lost() {} })
  return { log, view, others, left }
}

test('questions that came together know of each other, and those that are answered elsewhere are', async (t) => {
  const { view, others } = hosted()
  await view.load()
  const reads = await Promise.all(Array.from({ length: 5 }, () => view.read(anything, { ask: 'count', args: [] })))
  t.deepEqual(others, [4, 3, 2, 1, 0])
  t.deepEqual(
    reads.map(({ value }) => value),
    ['elsewhere', 'elsewhere', 'elsewhere', 'elsewhere', 1],
  )
  for (const { checkpoint } of reads) t.is(checkpoint.offset, 1)
})

test('what a view takes elsewhere counts as its own, and is let go with it', async (t) => {
  const { view, left } = hosted()
  await view.load()
  t.true(view.bytes >= 1_000_000)
  view.close()
  await eventually(() => {
    if (left.length === 0) throw new Error('it has not heard of it yet')
  })
  t.is(left.length, 1)
})
