import type { TestFn } from 'ava'
import type { AuditEntry } from '../../domain/audit/audit-entry.ts'
import type { ChainName } from '../../domain/audit/audit-topics.ts'
import { chainNext, chainStart } from '../../domain/audit/chain.ts'
import type { AuditCheckpoint, AuditStore } from '../../projections/audit/ports/audit-store.ts'
import type { AuditReader } from '../../query-api/ports/audit-reader.ts'

/** As the engine names them. */
export interface AuditTableNames {
  readonly entries: string
  readonly checkpoints: string
}

export interface AuditStoreUnderTest {
  readonly store: AuditStore
  readonly reader: AuditReader
  /** Another store over the same table, as a second process has it. */
  readonly rival: AuditStore
  /** What somebody writes into the tables who is no fold. */
  tamper(statement: (tables: AuditTableNames) => string): Promise<void>
}

const CHAIN: ChainName = { topic: 'audit.operations', partition: 3 }

/** Rows and the checkpoint behind `from`, at instants that repeat so that the order of equals tells. */
function batch(from: AuditCheckpoint, count: number, tenant: string | null = 'a'): [AuditCheckpoint, AuditEntry[]] {
  const entries: AuditEntry[] = []
  let { chain, offset } = from
  for (let i = 0; i < count; i++) {
    offset += 1
    const value = Buffer.from(`value ${offset}`)
    chain = chainNext(chain, { offset, timestamp: 1, key: Buffer.alloc(0), value, headers: {} })
    const at = 1_000 + Math.floor(offset / 2)
    const detail = offset % 2 === 0 ? value : null
    entries.push({
      ...CHAIN,
      offset,
      chain,
      at,
      tenant,
      namespace: null,
      principal: 'p',
      action: 'read',
      id: `${offset}`,
      detail,
    })
  }
  const to = { ...from, offset, chain, lastCommandId: `${offset}`, knownTime: 1_000, entries: from.entries + count }
  return [to, entries]
}

/** What every audit table must do. */
export function auditStoreContract(test: TestFn, name: string, open: () => Promise<AuditStoreUnderTest>): void {
  const plain = (checkpoint: AuditCheckpoint) => ({
    ...checkpoint,
    chain: Buffer.from(checkpoint.chain).toString('hex'),
  })

  test(`${name}: a chain that was never made is at its start`, async (t) => {
    const { store } = await open()
    const checkpoint = await store.checkpoint(CHAIN)
    t.is(checkpoint.offset, -1)
    t.is(plain(checkpoint).chain, chainStart(CHAIN).toString('hex'))
  })

  test(`${name}: rows and checkpoint move together, and come back as they were`, async (t) => {
    const { store, reader } = await open()
    const start = await store.checkpoint(CHAIN)
    const [to, entries] = batch(start, 5)
    t.deepEqual(await store.move(CHAIN, start, to, entries), { outcome: 'moved' })
    t.deepEqual(plain(await store.checkpoint(CHAIN)), plain(to))
    const rows = await reader.scan({ tenant: 'a', from: null, to: null, before: null, limit: 10 })
    t.deepEqual(
      rows.map((row) => ({ ...row, chain: [...row.chain], detail: row.detail && [...row.detail] })),
      [...entries].reverse().map((row) => ({ ...row, chain: [...row.chain], detail: row.detail && [...row.detail] })),
    )
    t.is((await store.checkpoint({ ...CHAIN, partition: 4 })).offset, -1)
  })

  test(`${name}: of two who move from one checkpoint, one moves and the other hears where the table is`, async (t) => {
    const { store, rival, reader } = await open()
    const start = await store.checkpoint(CHAIN)
    const [to, entries] = batch(start, 4)
    const [shorter, fewer] = batch(start, 2)
    const moves = await Promise.all([store.move(CHAIN, start, to, entries), rival.move(CHAIN, start, to, entries)])
    t.deepEqual(moves.map(({ outcome }) => outcome).sort(), ['already-applied', 'moved'])
    const late = await rival.move(CHAIN, start, shorter, fewer)
    t.is(late.outcome, 'already-applied')
    t.is((await reader.scan({ tenant: 'a', from: null, to: null, before: null, limit: 10 })).length, 4)
    const other = { ...to, offset: to.offset, lastCommandId: 'another' }
    t.is((await store.move(CHAIN, other, batch(other, 1)[0], [])).outcome, 'other-log')
  })

  test(`${name}: a row that stands beyond the checkpoint is told, and nothing is written over or behind it`, async (t) => {
    const { store, reader, tamper } = await open()
    const start = await store.checkpoint(CHAIN)
    const [middle, entries] = batch(start, 3)
    const [end, more] = batch(middle, 4)
    await store.move(CHAIN, start, middle, entries)
    await store.move(CHAIN, middle, end, more)
    await tamper(
      ({ checkpoints }) =>
        `update ${checkpoints} set last_offset = ${middle.offset}, last_id = '${middle.lastCommandId}', entries = 3`,
    )
    await tamper(({ entries: table }) => `delete from ${table} where record_offset = 3`)
    const move = await store.move(CHAIN, middle, end, more)
    t.is(move.outcome, 'foreign-row')
    t.is(move.outcome === 'foreign-row' ? move.offset : null, 4)
    t.is((await store.checkpoint(CHAIN)).offset, middle.offset)
    t.is((await reader.scan({ tenant: 'a', from: null, to: null, before: null, limit: 10 })).length, 6)
    await tamper(({ entries: table }) => `delete from ${table} where record_offset > 2`)
    t.is((await store.move(CHAIN, middle, end, more)).outcome, 'moved')
  })

  test(`${name}: pages follow each other without gap or repeat, within the instants and the tenant asked for`, async (t) => {
    const { store, reader } = await open()
    const start = await store.checkpoint(CHAIN)
    const [middle, entries] = batch(start, 9)
    await store.move(CHAIN, start, middle, entries)
    const [end, foreign] = batch(middle, 3, 'b')
    await store.move(CHAIN, middle, end, foreign)
    const [last, nobody] = batch(end, 1, null)
    await store.move(CHAIN, end, last, nobody)
    const seen: number[] = []
    for (let before: AuditEntry | null = null; ; ) {
      const page: readonly AuditEntry[] = await reader.scan({ tenant: 'a', from: null, to: null, before, limit: 2 })
      seen.push(...page.map(({ offset }) => offset))
      if (page.length === 0) break
      before = page.at(-1)!
    }
    t.deepEqual(seen, [8, 7, 6, 5, 4, 3, 2, 1, 0])
    const between = await reader.scan({ tenant: 'a', from: 1_001, to: 1_003, before: null, limit: 10 })
    t.deepEqual(
      between.map(({ offset }) => offset),
      [5, 4, 3, 2],
    )
  })

  test(`${name}: a row of a chain that there is none of is no answer, and hides none`, async (t) => {
    const { store, reader, tamper } = await open()
    const start = await store.checkpoint(CHAIN)
    const [end, entries] = batch(start, 3)
    await store.move(CHAIN, start, end, entries)
    for (const [topic, partition] of [
      [-1, 'partition'],
      [7, 'partition'],
      ['topic', -1],
      ['topic', 30_000],
    ]) {
      await tamper(
        ({ entries: table }) =>
          `insert into ${table} (topic, partition, record_offset, chain, at, tenant, action)
           select ${topic}, ${partition}, record_offset, chain, at, tenant, action from ${table} where record_offset = 1 and principal = 'p'`,
      )
    }
    const rows = await reader.scan({ tenant: 'a', from: null, to: null, before: null, limit: 10 })
    t.deepEqual(
      rows.map(({ offset }) => offset),
      [2, 1, 0],
    )
  })
}
