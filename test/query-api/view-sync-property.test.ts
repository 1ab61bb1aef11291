import test from 'ava'
import fc from 'fast-check'
import { partitionKey, partitionOf } from '../../domain/partition.ts'
import { ResidentView } from '../../query-api/resident-view.ts'
import { propertyRuns } from '../support/property-runs.ts'
import { forget, link, reinforce, remember, restore } from './support/commands.ts'
import { FoldedLog } from './support/folded-log.ts'
import { PlainIndex } from './support/plain-index.ts'
import { viewParts } from './support/view-parts.ts'

const scope = { tenant: 'acme', namespace: 'notes' }
/** In the same partition, so that checkpoints move without rows of ours. */
const neighbour = neighbourOf()
const partition = partitionOf(partitionKey(scope))
const IDS = 12

const id = fc.integer({ min: 1, max: IDS })
const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('remember' as const), id }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('forget', 'restore', 'reinforce', 'neighbour'), id }) },
  fc.record({ do: fc.constant('link' as const), id, to: id }),
  fc.record({ do: fc.constant('correct' as const), id, of: id }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fold' as const), id }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('read' as const), id }) },
)
type Action = typeof action extends fc.Arbitrary<infer One> ? One : never

test('a view that follows a changing store holds, at each answer, what a view loaded then holds', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { maxLength: 40 }),
      fc.array(action, { maxLength: 20 }),
      fc.integer({ min: 1, max: 5 }),
      async (actions, meanwhile, viewPageRows) => {
        const log = new FoldedLog({ autoFold: false })
        const parts = { ...viewParts(log, { viewPageRows }), changed: () => {} }
        const view = new ResidentView<PlainIndex>(scope, partition, parts)
        const between = [...meanwhile]
        let at = 0
        log.beforePage = async () => {
          const one = between.shift()
          if (one !== undefined && one.do !== 'read') at = apply(log, one, at)
        }
        for (const one of [...actions, { do: 'read', id: 1 } as const]) {
          if (one.do !== 'read') {
            at = apply(log, one, at)
            continue
          }
          const wish = { offset: log.folded(partition), allowStale: false }
          const { value, checkpoint } = await view.read(wish, (index) => index.content())
          t.is(checkpoint.offset, log.folded(partition))
          t.deepEqual(value, expected(log))
        }
      },
    ),
    { numRuns: propertyRuns(150) },
  )
})

function apply(log: FoldedLog, one: Action, at: number): number {
  const now = at + 1
  const recordedAt = 1_000 + now
  if (one.do === 'remember') log.append(scope, remember(one.id + now * IDS, `memory ${now}`, { recordedAt }))
  if (one.do === 'neighbour') log.append(neighbour, remember(one.id + now * IDS, 'not ours', { recordedAt }))
  if (one.do === 'forget') log.append(scope, forget(known(log, one.id), recordedAt))
  if (one.do === 'restore') log.append(scope, restore(known(log, one.id), recordedAt))
  if (one.do === 'reinforce') for (const n of known(log, one.id)) log.append(scope, reinforce(n, recordedAt))
  if (one.do === 'link') for (const n of known(log, one.id)) log.append(scope, link(n, 'about', n, recordedAt))
  if (one.do === 'correct') {
    for (const n of known(log, one.of)) {
      const supersedes = log.rows(scope).find((row) => Number.parseInt(row.memoryId.slice(24), 16) === n)!.memoryId
      log.append(scope, remember(one.id + now * IDS, `correction ${now}`, { recordedAt, supersedes }))
    }
  }
  if (one.do === 'fold') log.fold(partition, Math.min(log.head(partition), log.folded(partition) + one.id))
  return now
}

/** Some memory that is folded, as a list of its number. */
function known(log: FoldedLog, nth: number): number[] {
  const rows = log.rows(scope)
  return rows.length === 0 ? [] : [Number.parseInt(rows[nth % rows.length]!.memoryId.slice(24), 16)]
}

const expected = (log: FoldedLog): string[] =>
  log
    .rows(scope)
    .map((row) => PlainIndex.describe(row, JSON.parse(Buffer.from(row.sealed!).toString()).content))
    .sort()

function neighbourOf() {
  for (let n = 0; ; n += 1) {
    const candidate = { tenant: 'acme', namespace: `neighbour-${n}` }
    if (partitionOf(partitionKey(candidate)) === partitionOf(partitionKey(scope))) return candidate
  }
}
