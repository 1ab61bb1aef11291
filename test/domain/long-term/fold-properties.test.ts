import test from 'ava'
import fc from 'fast-check'
import { foldLongTerm } from '../../../domain/long-term/fold.ts'
import type { FoldEntry } from '../../../domain/long-term/fold-entry.ts'
import { needsOf } from '../../../domain/long-term/needs.ts'
import { isLive, standing } from '../../../domain/memory.ts'
import { type Scope, scopeKey } from '../../../domain/names.ts'
import { commands } from '../../support/arbitrary-commands.ts'
import { InMemoryLongTermStore } from '../../support/in-memory-long-term-store.ts'
import { SCOPES, type ScopedCommand, scopedCommands } from '../../support/in-namespaces.ts'
import { propertyRuns } from '../../support/property-runs.ts'

const scope = { tenant: 'default', namespace: 'default' }

const entriesOf = (list: ReadonlyArray<ScopedCommand['command']>): FoldEntry[] =>
  scopedEntriesOf(list.map((command) => ({ scope, command })))

function scopedEntriesOf(list: ReadonlyArray<Pick<ScopedCommand, 'scope' | 'command'>>): FoldEntry[] {
  let knownAt = 0
  return list.map(({ scope, command }, offset) => {
    knownAt = Math.max(knownAt, command.recordedAt)
    return { scope, partition: 0, offset, command, dataSchema: 2, knownAt }
  })
}

async function foldInto(store: InMemoryLongTermStore, entries: readonly FoldEntry[]): Promise<void> {
  const from = await store.checkpoint(0)
  const last = entries.at(-1)!
  const to = { ...from, offset: last.offset, lastCommandId: last.command.commandId, knownTime: last.knownAt }
  const changes = foldLongTerm(await store.load(needsOf(entries)), entries)
  await store.move(0, from, to, changes)
}

const cuts = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 40 })

test('a fold of two namespaces comes to the same state however the log is cut into batches', async (t) => {
  await fc.assert(
    fc.asyncProperty(scopedCommands, cuts, async (list, sizes) => {
      const entries = scopedEntriesOf(list)
      const whole = new InMemoryLongTermStore()
      await foldInto(whole, entries)
      const cut = new InMemoryLongTermStore()
      for (let at = 0, i = 0; at < entries.length; i++) {
        const size = sizes[i % sizes.length]!
        await foldInto(cut, entries.slice(at, at + size))
        at += size
      }
      t.deepEqual(cut.contents(), whole.contents())
    }),
    { numRuns: propertyRuns(1_000) },
  )
})

test('what a command comes to does not depend on another namespace, even where ids meet', async (t) => {
  await fc.assert(
    fc.asyncProperty(scopedCommands, async (list) => {
      const entries = scopedEntriesOf(list)
      const both = new InMemoryLongTermStore()
      await foldInto(both, entries)
      for (const one of SCOPES.map(scopeKey)) {
        const own = entries.filter((entry) => scopeKey(entry.scope) === one)
        if (own.length === 0) continue
        const alone = new InMemoryLongTermStore()
        await foldInto(alone, own)
        const of = <Row extends Scope>(rows: Iterable<Row>) => [...rows].filter((row) => scopeKey(row) === one)
        t.deepEqual(of(both.outcomes), alone.outcomes)
        t.deepEqual(of(both.memories.values()), [...alone.memories.values()])
        t.deepEqual(of(both.links.values()), [...alone.links.values()])
        t.deepEqual(of(both.namespaces.values()), [...alone.namespaces.values()])
      }
    }),
    { numRuns: propertyRuns(300) },
  )
})

test('a repeated log changes nothing but its own outcomes', async (t) => {
  await fc.assert(
    fc.asyncProperty(commands, async (list) => {
      const once = new InMemoryLongTermStore()
      const twice = new InMemoryLongTermStore()
      await foldInto(once, entriesOf(list))
      const repeated = entriesOf([...list, ...list])
      await foldInto(twice, repeated.slice(0, list.length))
      await foldInto(twice, repeated.slice(list.length))
      t.deepEqual([...twice.memories.values()], [...once.memories.values()])
      t.deepEqual([...twice.links.values()], [...once.links.values()])
      const again = twice.outcomes.slice(list.length)
      t.true(again.every(({ outcome }) => outcome.status === 'duplicate' || outcome.status === 'conflict'))
    }),
    { numRuns: propertyRuns(200) },
  )
})

test('every record gets exactly one outcome, and only the first of a command id is applied', async (t) => {
  await fc.assert(
    fc.asyncProperty(commands, async (list) => {
      const store = new InMemoryLongTermStore()
      await foldInto(store, entriesOf(list))
      t.deepEqual(
        store.outcomes.map(({ offset }) => offset),
        list.map((_, i) => i),
      )
      const seen = new Set<string>()
      for (const row of store.outcomes) {
        const first = !seen.has(row.commandId)
        seen.add(row.commandId)
        t.is(first, ['stored', 'repeated', 'refused'].includes(row.outcome.status))
      }
    }),
    { numRuns: propertyRuns(200) },
  )
})

test('known intervals of a memory follow each other without overlap, and counts tell the live rows', async (t) => {
  await fc.assert(
    fc.asyncProperty(commands, async (list) => {
      const store = new InMemoryLongTermStore()
      await foldInto(store, entriesOf(list))
      for (const { intervals } of [...store.memories.values(), ...store.links.values()]) {
        for (const [i, interval] of intervals.entries()) {
          t.true(interval.knownTo === null || interval.knownTo >= interval.knownFrom)
          const next = intervals[i + 1]
          t.true(next === undefined || (interval.knownTo !== null && interval.knownTo <= next.knownFrom))
        }
        t.true(standing(intervals) === null || standing(intervals) === intervals.at(-1))
      }
      const rows = [...store.memories.values()]
      const [namespace] = store.namespaces.values()
      t.is(namespace?.live ?? 0, rows.filter(isLive).length)
      t.is(namespace?.total ?? 0, rows.length)
    }),
    { numRuns: propertyRuns(200) },
  )
})
