import test from 'ava'
import fc from 'fast-check'
import { createKeyTable } from '../../../../infra/kafka/keys/key-table.ts'
import type { KeyRecord } from '../../../../schemas/key-codec.ts'
import { propertyRuns } from '../../../support/property-runs.ts'

interface Stored {
  readonly offset: number
  readonly recordKey: string
  readonly record: KeyRecord
}

const keyIds = ['a', 'b', 'c', 'd', 'e', 'f']
const slots = ['one', 'two']
const tenants = ['acme', 'globex']

/** Slot and generation belong to a key for good. */
const slotOf = (keyId: string): string => slots[keyIds.indexOf(keyId) % 2]!
const generationOf = (keyId: string): number => 1 + Math.floor(keyIds.indexOf(keyId) / 4)

type Step =
  | { readonly do: 'add' | 'destroy'; readonly keyId: string }
  | { readonly do: 'index'; readonly tenant: string }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('add' as const, 'destroy' as const), keyId: fc.constantFrom(...keyIds) }),
  fc.record({ do: fc.constant('index' as const), tenant: fc.constantFrom(...tenants) }),
)

/** What stores write for the steps: a key id once, a mark with the offset of its key, an index key per attempt. */
function written(steps: readonly Step[]): readonly Stored[] {
  const table = createKeyTable()
  const log: Stored[] = []
  for (const [i, one] of steps.entries()) {
    const offset = i * 3
    const add = (recordKey: string, record: KeyRecord) => {
      log.push({ offset, recordKey, record })
      table.apply(offset, recordKey, record)
    }
    if (one.do === 'index') {
      const wrapped = Buffer.from(`${one.tenant} ${i}`)
      add(`index ${i}`, { type: 'IndexKey', tenant: one.tenant, wrapped, firstOffset: null })
      continue
    }
    const known = table.key(one.keyId)
    const record = { type: 'DataKey', slot: slotOf(one.keyId), generation: generationOf(one.keyId) } as const
    if (one.do === 'destroy' && known !== null) {
      add(one.keyId, { ...record, wrapped: null, firstOffset: known.firstOffset })
    }
    if (one.do === 'add' && known === null) {
      add(one.keyId, { ...record, wrapped: Buffer.from(one.keyId), firstOffset: null })
    }
  }
  return log
}

function tableOf(log: readonly Stored[]) {
  const table = createKeyTable()
  for (const { offset, recordKey, record } of log) table.apply(offset, recordKey, record)
  return table
}

const answers = (table: ReturnType<typeof createKeyTable>) => ({
  current: slots.map((slot) => table.currentKey(slot)),
  holders: slots.flatMap((slot) => [1, 2].map((generation) => table.holder(slot, generation))),
  keys: keyIds.map((keyId) => table.key(keyId)),
  indexKeys: tenants.map((tenant) => table.indexKey(tenant)),
  size: table.size(),
})

/** Kafka's guarantee: the last record of each record key stays, at its offset; any earlier one may be gone. */
const compacted = (log: readonly Stored[], isDropped: (i: number) => boolean): readonly Stored[] =>
  log.filter(({ recordKey }, i) => !isDropped(i) || !log.slice(i + 1).some((later) => later.recordKey === recordKey))

test('whatever compaction removed, the answers are the same', (t) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), fc.infiniteStream(fc.boolean()), (steps, drops) => {
      const log = written(steps)
      const isDropped = log.map(() => drops.next().value as boolean)
      t.deepEqual(answers(tableOf(compacted(log, (i) => isDropped[i]!))), answers(tableOf(log)))
      t.deepEqual(answers(tableOf(compacted(log, () => true))), answers(tableOf(log)))
    }),
    { numRuns: propertyRuns(300) },
  )
})

test('reading the same records again changes nothing', (t) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const log = written(steps)
      t.deepEqual(answers(tableOf([...log, ...log])), answers(tableOf(log)))
    }),
    { numRuns: propertyRuns(100) },
  )
})

test('the first index key of a tenant holds, and only a rewrite of that very record replaces it', (t) => {
  const index = (text: string, firstOffset: number | null): KeyRecord => {
    return { type: 'IndexKey', tenant: 'acme', wrapped: Buffer.from(text), firstOffset }
  }
  const table = createKeyTable()
  const held = () => Buffer.from(table.indexKey('acme') ?? []).toString()
  table.apply(3, 'first', index('one', null))
  table.apply(5, 'rival', index('two', null))
  t.is(held(), 'one')
  table.apply(8, 'rival', index('two again', 5))
  t.is(held(), 'one')
  table.apply(9, 'first', index('one wrapped anew', 3))
  t.is(held(), 'one wrapped anew')
})

test('a key that stands is told of when a later generation takes its place, and not one that is destroyed', (t) => {
  const told: string[] = []
  const table = createKeyTable({ onSuperseded: (keyId) => told.push(keyId) })
  const record = { type: 'DataKey', slot: 'one', wrapped: Buffer.from('key'), firstOffset: null } as const
  table.apply(0, 'a', { ...record, generation: 1 })
  table.apply(1, 'rival', { ...record, generation: 1 })
  t.deepEqual(told, [])
  table.apply(2, 'b', { ...record, generation: 2 })
  t.deepEqual(told.splice(0), ['a', 'rival'])
  for (const [i, keyId] of ['a', 'rival', 'b'].entries()) {
    table.apply(3 + i, keyId, { ...record, generation: 1, wrapped: null, firstOffset: i })
  }
  table.apply(6, 'c', { ...record, generation: 3 })
  t.deepEqual(told, [])
})
