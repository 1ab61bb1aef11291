import test from 'ava'
import { partitionKey, partitionOf } from '../../domain/partition.ts'
import { ProblemError } from '../../domain/problem.ts'
import { viewLost } from '../../infra/views/view-lost.ts'
import { PlacedView } from '../../query-api/placed-view.ts'
import type { HostedViewListener, ViewHost } from '../../query-api/ports/view-host.ts'
import { eventually } from '../support/eventually.ts'
import { remember } from './support/commands.ts'
import { FoldedLog } from './support/folded-log.ts'
import { hostedViews } from './support/hosted-views.ts'
import type { PlainIndex } from './support/plain-index.ts'
import { viewParts } from './support/view-parts.ts'

const scope = { tenant: 'acme', namespace: 'notes' }
const anything = { offset: -1, allowStale: false }

/** A namespace with some memories, whose view goes to a host from ten on. The host's loads fail as long as a test says. */
function placed(memories: number) {
  const log = new FoldedLog()
  const write = (from: number, to: number): void => {
    for (let id = from; id <= to; id += 1) log.append(scope, remember(id, `memory ${id}`))
  }
  write(1, memories)
  const parts = viewParts(log, { hostFromRows: 10 })
  const real = hostedViews<PlainIndex>(parts, { ...parts, key: async () => null })
  const seen = { opened: 0, faults: [] as unknown[], failing: false, listener: null as HostedViewListener | null }
  const host: ViewHost = {
    ...real,
    open(of, listener) {
      seen.opened += 1
      seen.listener = listener
      const view = real.open(of, listener)
      if (!seen.failing) return view
      const lost = async (): Promise<never> => Promise.reject(viewLost(new Error('out of memory')))
      return { progress: view.progress, bytes: 0, inUse: false, load: lost, read: lost, close: () => view.close() }
    },
  }
  const onFault = (fault: unknown) => seen.faults.push(fault)
  const partition = partitionOf(partitionKey(scope))
  const view = new PlacedView<PlainIndex>(scope, partition, { ...parts, host, onFault, changed: () => {} })
  const count = async () => (await view.read(anything, { ask: 'count', args: [] })).value
  return { view, count, write, seen }
}

const settled = (view: PlacedView<PlainIndex>) =>
  eventually(() => {
    if (view.inUse) throw new Error('it is still in use')
  })

test('a small namespace is never given to the host, a large one at once', async (t) => {
  const small = placed(9)
  t.is(await small.count(), 9)
  t.is(small.seen.opened, 0)
  const large = placed(10)
  t.is(await large.count(), 10)
  t.is(large.seen.opened, 1)
})

test('a namespace that grows large is given to the host once, and its memory here given back', async (t) => {
  const { view, count, write, seen } = placed(9)
  await count()
  write(10, 12)
  t.deepEqual(await Promise.all([count(), count(), count()]), [12, 12, 12])
  await settled(view)
  t.is(seen.opened, 1)
  t.is(view.bytes(), 1_200)
  t.is(await count(), 12)
})

test('when the host cannot load it, a namespace is answered here, and not offered again before it has grown by half', async (t) => {
  const { view, count, write, seen } = placed(9)
  await count()
  seen.failing = true
  write(10, 12)
  t.is(await count(), 12)
  await eventually(() => {
    if (seen.faults.length === 0) throw new Error('not reported yet')
  })
  seen.failing = false
  write(13, 17)
  t.is(await count(), 17)
  t.is(seen.opened, 1)
  write(18, 18)
  t.is(await count(), 18)
  await settled(view)
  t.is(seen.opened, 2)
  t.is(await count(), 18)
})

test('after its thread has ended a view is opened anew', async (t) => {
  const { count, seen } = placed(10)
  await count()
  seen.listener!.lost()
  t.is(await count(), 10)
  t.is(seen.opened, 2)
})

test('a large namespace whose host fails is refused, and may be asked again', async (t) => {
  const { count, seen } = placed(10)
  seen.failing = true
  const error = await t.throwsAsync(count(), { instanceOf: ProblemError })
  t.is(error.problem.code, 'view_lost')
  seen.listener!.lost()
  seen.failing = false
  t.is(await count(), 10)
})
