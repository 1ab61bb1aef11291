import test from 'ava'
import fc from 'fast-check'
import type { MemoryRow } from '../../../domain/memory.ts'
import { CAPACITY } from '../../../domain/working-memory/working-memory.ts'
import { readLiveRows } from '../../../infra/postgres/long-term/read-live-rows.ts'
import { scanLiveRows } from '../../../infra/postgres/long-term/scan-live-rows.ts'
import { PostgresLongTermStore } from '../../../infra/postgres/postgres-long-term-store.ts'
import { ACME, checkpointAt, memoryAt, NO_CHANGES, PARTITION } from '../../contract/long-term-rows.ts'
import { propertyRuns } from '../../support/property-runs.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryDatabase } from './temporary-database.ts'

const KEYS = ['aa'.repeat(16), 'bb'.repeat(16)] as const

/** Rows of few importances and rehearsal counts, so that many share both; some retired, superseded or erased. */
const rows = fc
  .array(
    fc.record({
      importance: fc.constantFrom(300, 700),
      rehearsals: fc.constantFrom(1, 2),
      key: fc.nat(1),
      fate: fc.constantFrom('live', 'live', 'live', 'live', 'live', 'retired', 'superseded', 'erased'),
    }),
    { minLength: 300, maxLength: 1_300 },
  )
  .map((drafts) =>
    drafts.map(({ importance, rehearsals, key, fate }, offset) => {
      const row = memoryAt(offset, { importance, rehearsals, keyId: KEYS[key]! })
      if (fate === 'retired') return { ...row, intervals: row.intervals.map((each) => ({ ...each, knownTo: 1 })) }
      if (fate === 'superseded') return { ...row, supersededBy: row.commandId }
      return fate === 'erased' ? { ...row, sealed: null } : row
    }),
  )

const byOffset = <Row extends { readonly offset: number }>(list: readonly Row[]): readonly Row[] =>
  list.toSorted((a, b) => b.offset - a.offset)

const missing = await missingParts('postgres')
if (missing === null) {
  const database = await temporaryDatabase()
  test.after.always(() => database.drop())

  test('live rows are those of a scan, without those that so many like them outrank', async (t) => {
    await fc.assert(
      fc.asyncProperty(rows, fc.subarray([...KEYS]), fc.nat(300), async (memories, exceptKeys, limit) => {
        const current = await database.newBuild()
        const store = new PostgresLongTermStore(database.fold, current)
        const none = await store.checkpoint(PARTITION)
        const to = checkpointAt(none, memories.length)
        await store.move(PARTITION, none, to, { ...NO_CHANGES, memories })

        const scanned: MemoryRow[] = []
        t.deepEqual(await scanLiveRows(database.read, { current }, ACME, (row) => scanned.push(row)), to)
        const asked = scanned.filter(({ keyId }) => !exceptKeys.includes(keyId))
        const read = await readLiveRows(database.read, { current }, ACME, exceptKeys, limit)
        t.deepEqual(read.checkpoint, to)
        const ranks = new Map<string, number>()
        const held = asked.filter(({ importance, rehearsals }) => {
          const rank = ranks.get(`${importance}/${rehearsals}`) ?? 0
          ranks.set(`${importance}/${rehearsals}`, rank + 1)
          return rank < CAPACITY
        })
        t.deepEqual(
          byOffset(read.memories),
          held.map(({ memoryId, offset, keyId, importance, rehearsals, knownAt }) => ({
            memoryId,
            offset,
            keyId,
            importance,
            rehearsals,
            knownAt,
          })),
        )
        t.deepEqual(
          byOffset(read.newest),
          asked.slice(0, limit).map(({ memoryId, offset, commandId, keyId, dataSchema, sealed }) => ({
            memoryId,
            offset,
            commandId,
            keyId,
            dataSchema,
            sealed: sealed!,
          })),
        )
      }),
      { numRuns: propertyRuns(10) },
    )
  })
} else {
  test.skip(`Postgres live rows: ${missing}`, (t) => t.pass())
}
