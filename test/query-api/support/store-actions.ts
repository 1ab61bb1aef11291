import fc from 'fast-check'
import { partitionKey, partitionOf } from '../../../domain/partition.ts'
import { forget, link, reinforce, remember, restore } from './commands.ts'
import type { FoldedLog } from './folded-log.ts'
import { PlainIndex } from './plain-index.ts'

export const scope = { tenant: 'acme', namespace: 'notes' }
/** In the same partition, so that checkpoints move without rows of ours. */
const neighbour = neighbourOf()
export const partition = partitionOf(partitionKey(scope))
const IDS = 12

const id = fc.integer({ min: 1, max: IDS })
/** What happens to a store that a view follows. */
export const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('remember' as const), id }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('forget', 'restore', 'reinforce', 'neighbour'), id }) },
  fc.record({ do: fc.constant('link' as const), id, to: id }),
  fc.record({ do: fc.constant('correct' as const), id, of: id }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fold' as const), id }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('read' as const), id }) },
)
export type Action = typeof action extends fc.Arbitrary<infer One> ? One : never

/** Does what is no read; `at` counts what was done, and the result is the next count. */
export function apply(log: FoldedLog, one: Action, at: number): number {
  const now = at + 1
  const recordedAt = 1_000 + now
  const written = { recordedAt, keyId: now.toString(16).padStart(32, '0') }
  if (one.do === 'remember') log.append(scope, remember(one.id + now * IDS, `memory ${now}`, written))
  if (one.do === 'neighbour') log.append(neighbour, remember(one.id + now * IDS, 'not ours', { recordedAt }))
  if (one.do === 'forget') log.append(scope, forget(known(log, one.id), recordedAt))
  if (one.do === 'restore') log.append(scope, restore(known(log, one.id), recordedAt))
  if (one.do === 'reinforce') for (const n of known(log, one.id)) log.append(scope, reinforce(n, recordedAt))
  if (one.do === 'link') for (const n of known(log, one.id)) log.append(scope, link(n, 'about', n, recordedAt))
  if (one.do === 'correct') {
    for (const n of known(log, one.of)) {
      const supersedes = log.rows(scope).find((row) => Number.parseInt(row.memoryId.slice(24), 16) === n)!.memoryId
      log.append(scope, remember(one.id + now * IDS, `correction ${now}`, { ...written, supersedes }))
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

/** What a view that is loaded now holds. */
export const expected = (log: FoldedLog): string[] =>
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
