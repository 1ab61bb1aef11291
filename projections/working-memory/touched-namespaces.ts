import { type Scope, scopeKey } from '../../domain/names.ts'
import type { OutcomeRow } from '../../domain/outcome.ts'
import { type BatchEntry, effectOf } from './read-batch.ts'
import type { SourceRecord } from './working-memory-source.ts'

/** A namespace that a batch touches, and the records by which it does. */
export interface TouchedNamespace {
  readonly scope: Scope
  readonly records: readonly SourceRecord[]
}

/** In order of first appearance. */
export function touchedNamespaces(
  entries: readonly BatchEntry[],
  outcomes: readonly OutcomeRow[],
): readonly TouchedNamespace[] {
  const byOffset = new Map(outcomes.map((row) => [row.offset, row]))
  const touched = new Map<string, { readonly scope: Scope; readonly records: SourceRecord[] }>()
  for (const entry of entries) {
    const { scope } = entry
    if (scope === null || entry.command === null || entry.command.type === 'Genesis') continue
    const outcome = byOffset.get(entry.offset)
    // Long-term memory keeps one for every record that it has passed; without it the batch must wait, not go on.
    if (outcome === undefined) throw new Error(`Long-term memory has no outcome of offset ${entry.offset}`)
    const record = effectOf(entry, entry.command, outcome)
    if (record === null) continue
    const known = touched.get(scopeKey(scope))
    if (known === undefined) touched.set(scopeKey(scope), { scope, records: [record] })
    else known.records.push(record)
  }
  return [...touched.values()]
}

/** The first `limit` of those that `counts` counts; `end`: the first offset that no longer belongs to the batch. */
export function cutTouched(
  touched: readonly TouchedNamespace[],
  limit: number,
  counts: (one: TouchedNamespace, index: number) => boolean,
): { readonly touched: readonly TouchedNamespace[]; readonly end: number } {
  let count = 0
  for (const [index, one] of touched.entries()) {
    if (!counts(one, index)) continue
    count += 1
    if (count <= limit) continue
    const end = one.records[0]!.offset
    const within = touched.slice(0, index).map(({ scope, records }) => ({
      scope,
      records: records.filter(({ offset }) => offset < end),
    }))
    return { touched: within, end }
  }
  return { touched, end: Number.POSITIVE_INFINITY }
}
