import test from 'ava'
import { partitionKey, partitionOf } from '../../domain/partition.ts'
import { ProblemError } from '../../domain/problem.ts'
import { guardedReader } from '../../query-api/guarded-reader.ts'
import { ResidentView } from '../../query-api/resident-view.ts'
import { remember } from './support/commands.ts'
import { FoldedLog } from './support/folded-log.ts'
import type { PlainIndex } from './support/plain-index.ts'
import { viewParts } from './support/view-parts.ts'

const scope = { tenant: 'acme', namespace: 'notes' }
const partition = partitionOf(partitionKey(scope))

/** A view of a build that stands at offset 8, of a log of ten memories. */
function viewOfSlowerBuild(limits = {}) {
  const log = new FoldedLog({ autoFold: false })
  for (let id = 1; id <= 10; id += 1) log.append(scope, remember(id, `memory ${id}`))
  log.fold(partition, 8)
  const parts = { ...viewParts(log, limits), reader: guardedReader(log), changed: () => {} }
  const view = new ResidentView<PlainIndex>(scope, partition, parts)
  return { log, read: () => view.read({ offset: 10, allowStale: false }, (index) => index.content()) }
}

test('who is promised an offset by one build, and is then read another that is behind, waits for that one', async (t) => {
  const { log, read } = viewOfSlowerBuild({ visibleWaitMs: 5_000 })
  const reading = read()
  setImmediate(() => log.fold(partition))
  const { checkpoint, value } = await reading
  t.is(checkpoint.offset, 10)
  t.is(value.length, 10)
})

test('who waited for it in vain is refused, and told that a retry may do', async (t) => {
  const { read } = viewOfSlowerBuild()
  const error = await t.throwsAsync(read(), { instanceOf: ProblemError })
  t.is(error.problem.code, 'not_yet_visible')
})
