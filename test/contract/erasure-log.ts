import test, { type ExecutionContext } from 'ava'
import type { ErasureLog } from '../../commands/ports/erasure-log.ts'
import type { ErasureRow, ReceiptRow } from '../../domain/erasure/erasure.ts'
import type { LongTermChanges } from '../../domain/long-term/changes.ts'
import type { LongTermStore } from '../../projections/ports/long-term-store.ts'
import type { SubjectRows } from '../../query-api/ports/subject-rows.ts'
import { ACME, checkpointAt, memoryAt, NO_CHANGES, PARTITION, uuidOf } from './long-term-rows.ts'

export interface OpenErasureLog {
  readonly store: LongTermStore
  readonly log: ErasureLog & SubjectRows
  close(): Promise<void>
}

export interface ErasureLogAdapter {
  readonly name: string
  open(): Promise<OpenErasureLog>
}

const ANNA = 'a'.repeat(32)
const BERT = 'b'.repeat(32)

/** What every `ErasureLog` and `SubjectRows` promises. */
export function testErasureLog(adapter: ErasureLogAdapter): void {
  const opened = (run: (t: ExecutionContext, log: OpenErasureLog) => Promise<void>) => async (t: ExecutionContext) => {
    const log = await adapter.open()
    try {
      await run(t, log)
    } finally {
      await log.close()
    }
  }

  test(`${adapter.name}: every field of an erasure is read as it was folded, within its tenant`, opened(readsErasures))
  test(
    `${adapter.name}: an erasure is open until its receipt is folded, and the first receipt holds`,
    opened(staysOpen),
  )
  test(
    `${adapter.name}: all erasures are listed in pages, with a receipt and without, of every tenant`,
    opened(listsAll),
  )
  test(`${adapter.name}: erased keys are listed in pages, each once`, opened(listsKeys))
  test(`${adapter.name}: memories under a key are read in pages, in their order, in their namespace`, opened(readsRows))
}

export const erasureAt = (offset: number, fields: Partial<ErasureRow> = {}): ErasureRow => ({
  ...ACME,
  partition: PARTITION,
  offset,
  commandId: uuidOf(`erase ${offset}`),
  receiptId: uuidOf('receipt'),
  principal: 'controller-ü',
  recordedAt: 1_760_000_000_000 + offset,
  keyIds: [ANNA, BERT],
  parts: [
    { namespace: 'default', keyId: BERT, requestHmac: Buffer.alloc(32, 3), keyIds: [ANNA, BERT] },
    { namespace: 'other', keyId: ANNA, requestHmac: Buffer.alloc(32, 4), keyIds: [] },
  ],
  memories: 7,
  ...fields,
})

const receiptAt = (offset: number, fields: Partial<ReceiptRow> = {}): ReceiptRow => ({
  ...ACME,
  partition: PARTITION,
  offset,
  receiptId: uuidOf('receipt'),
  document: '{"receipt":"ü"}',
  ...fields,
})

async function moveTo({ store }: OpenErasureLog, offset: number, changes: Partial<LongTermChanges>): Promise<void> {
  const from = await store.checkpoint(PARTITION)
  const { outcome } = await store.move(PARTITION, from, checkpointAt(from, offset), { ...NO_CHANGES, ...changes })
  if (outcome !== 'moved') throw new Error(`the store answered ${outcome}`)
}

async function readsErasures(t: ExecutionContext, opened: OpenErasureLog): Promise<void> {
  const rows = [erasureAt(1), erasureAt(2, { namespace: 'other', keyIds: [], memories: 0 })]
  await moveTo(opened, 2, { erasures: rows })
  t.deepEqual(await opened.log.erasure('acme', uuidOf('receipt')), { rows, document: null })
  t.is(await opened.log.erasure('globex', uuidOf('receipt')), null)
  t.is(await opened.log.erasure('acme', uuidOf('another')), null)
}

async function staysOpen(t: ExecutionContext, opened: OpenErasureLog): Promise<void> {
  const later = erasureAt(3, { receiptId: uuidOf('later') })
  await moveTo(opened, 3, { erasures: [later, erasureAt(1)] })
  const openIds = async (limit: number, skip?: number): Promise<readonly (string | undefined)[]> =>
    (await opened.log.open(limit, skip)).map(({ rows }) => rows[0]?.receiptId)
  t.deepEqual(await openIds(10), [uuidOf('receipt'), uuidOf('later')])
  t.deepEqual(await openIds(1), [uuidOf('receipt')])
  t.deepEqual(await openIds(1, 1), [uuidOf('later')])
  await moveTo(opened, 5, { receipts: [receiptAt(4), receiptAt(5, { document: '{"second":1}' })] })
  t.deepEqual(await openIds(10), [uuidOf('later')])
  t.is((await opened.log.erasure('acme', uuidOf('receipt')))?.document, '{"receipt":"ü"}')
}

async function listsAll(t: ExecutionContext, opened: OpenErasureLog): Promise<void> {
  const ids = [1, 2, 3, 4].map((n) => `${n}${uuidOf('receipt').slice(1)}`)
  const [first, second, third, fourth] = ids as [string, string, string, string]
  const erasures = [
    erasureAt(1, { receiptId: third }),
    erasureAt(2, { receiptId: first }),
    erasureAt(3, { receiptId: first, namespace: 'other' }),
    erasureAt(4, { receiptId: fourth }),
    erasureAt(5, { receiptId: second, tenant: 'globex' }),
  ]
  await moveTo(opened, 6, { erasures, receipts: [receiptAt(6, { receiptId: first })] })
  t.deepEqual(await opened.log.all('', 2), [
    { rows: [erasures[1]!, erasures[2]!], document: receiptAt(6).document },
    { rows: [erasures[4]!], document: null },
  ])
  t.deepEqual(
    (await opened.log.all(second, 2)).map(({ rows }) => rows),
    [[erasures[0]!], [erasures[3]!]],
  )
  t.deepEqual(await opened.log.all(fourth, 2), [])
}

async function listsKeys(t: ExecutionContext, opened: OpenErasureLog): Promise<void> {
  const keyIds = Array.from({ length: 5 }, (_, i) => String(i).repeat(32))
  await moveTo(opened, 2, { erasures: [erasureAt(1, { keyIds }), erasureAt(2, { keyIds, namespace: 'other' })] })
  const found: string[] = []
  for (let after = ''; ; ) {
    const page = await opened.log.erasedKeyIds(after, 2)
    found.push(...page)
    if (page.length < 2) break
    after = page.at(-1)!
  }
  t.deepEqual(found, keyIds)
}

async function readsRows(t: ExecutionContext, opened: OpenErasureLog): Promise<void> {
  const mine = [0, 1, 3, 5].map((offset) => memoryAt(offset, { keyId: ANNA }))
  const others = [memoryAt(2, { keyId: BERT }), memoryAt(4, { keyId: ANNA, namespace: 'other' })]
  await moveTo(opened, 5, { memories: [...mine, { ...others[0]! }, { ...others[1]!, partition: PARTITION }] })
  t.deepEqual(await opened.log.underKey(ACME, ANNA, -1, 2), mine.slice(0, 2))
  t.deepEqual(await opened.log.underKey(ACME, ANNA, 1, 10), mine.slice(2))
  t.deepEqual(await opened.log.underKey(ACME, 'c'.repeat(32), -1, 10), [])
  t.deepEqual(await opened.log.underKey({ tenant: 'nobody', namespace: 'default' }, ANNA, -1, 10), [])
}
