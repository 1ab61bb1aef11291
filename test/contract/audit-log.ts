import { generateKeyPairSync, randomUUID } from 'node:crypto'
import type { ExecutionContext, TestFn } from 'ava'
import type { SignedAnchor } from '../../domain/audit/anchor.ts'
import type { AuditOperation } from '../../domain/audit/audit-operation.ts'
import { anchorPartition, type ChainName, operationKey, operationPartition } from '../../domain/audit/audit-topics.ts'
import { chainNext, chainStart } from '../../domain/audit/chain.ts'
import type { AuditWriter } from '../../infra/audit/audit-writer.ts'
import type { OpenedAudit } from '../../infra/audit/opened-audit.ts'
import { createSigningKey } from '../../infra/crypto/signing-key.ts'
import { signAnchor } from '../../projections/audit/anchor-schedule.ts'
import { operation as gathered } from '../support/audited-operation.ts'

/** A log of the audit, as a server writes it and an operator reads and trims it. Empty when it is opened. */
export interface AuditLogUnderTest extends Pick<OpenedAudit, 'evidence' | 'target' | 'auditCodec'> {
  readonly writer: AuditWriter
  /** Ends what the server has open; what an operator has open stays. */
  closeWriter(): Promise<void>
}

const LIMIT = 1_000
const AT = 1_760_000_000_000
const signer = createSigningKey(generateKeyPairSync('ed25519').privateKey, 'a test')

const chainOf = (tenant: string | null): ChainName => ({
  topic: 'audit.operations',
  partition: operationPartition(operationKey(tenant)),
})

/** One tenant for each test, no two in one partition: what a test finds in its own is what it wrote. */
const TENANTS = distinct(5)

function distinct(count: number): readonly string[] {
  const found = new Map<number, string>()
  for (let n = 0; found.size < count; n++) {
    const { partition } = chainOf(`tenant-${n}`)
    if (partition !== chainOf(null).partition && !found.has(partition)) found.set(partition, `tenant-${n}`)
  }
  return [...found.values()]
}

const operation = (tenant: string | null, n: number, more: Partial<AuditOperation> = {}): AuditOperation => ({
  ...gathered({ tenant, at: AT + n, results: n, requestId: `r-${n}` }),
  id: randomUUID(),
  times: 1,
  ...more,
})

const several = (tenant: string, count: number) => Array.from({ length: count }, (_, n) => operation(tenant, n))

const anchorAt = (chain: ChainName, offset: number): SignedAnchor =>
  signAnchor(signer, { kind: 'anchor', ...chain, offset, chain: chainStart(chain), entries: offset + 1, signedAt: AT })

const requestsOf = (operations: readonly AuditOperation[]) => operations.map(({ requestId }) => requestId)

/** What every log of the audit must do: its append side, what a replay reads of it, and what a trim takes away. */
export function auditLogContract(test: TestFn, name: string, open: () => Promise<AuditLogUnderTest>): void {
  let opened: Promise<AuditLogUnderTest> | null = null
  const withLog =
    (run: (t: ExecutionContext, log: AuditLogUnderTest) => Promise<void>) => async (t: ExecutionContext) => {
      opened ??= open()
      await run(t, await opened)
    }
  test.serial(`${name}: an operation is read back as it was appended, whoever it is of`, withLog(readsBack))
  test.serial(`${name}: operations of one tenant have one order, over one append or several`, withLog(keepsOrder))
  test.serial(`${name}: pages follow each other without gap or repeat, and end where the log ends`, withLog(pages))
  test.serial(`${name}: the chain over what is found is the chain over what was appended`, withLog(chains))
  test.serial(`${name}: anchors are found in the partition of their chain, in order and whole`, withLog(anchors))
  test.serial(`${name}: what a trim takes away is gone, and the rest stays where it was`, withLog(trims))
  test.serial(`${name}: a closed log takes nothing, and says so`, withLog(closed))
}

async function readsBack(t: ExecutionContext, log: AuditLogUnderTest): Promise<void> {
  const whole = operation(TENANTS[0]!, 1, {
    credential: 'token 7',
    namespace: 'grüße',
    status: 403,
    code: 'forbidden',
    results: null,
    refused: { total: 2, ranges: [{ first: 0, last: 1, code: 'invalid_request' }] },
    times: 50,
    subject: Buffer.alloc(32, 7),
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  })
  const ofNobody = operation(null, 2, { principal: null, namespace: null, status: 401, code: 'unauthenticated' })
  t.deepEqual(await found(log, chainOf(whole.tenant)), [])
  await log.writer.append([whole, ofNobody])
  for (const expected of [whole, ofNobody]) {
    const chain = chainOf(expected.tenant)
    t.deepEqual(await operationsOf(log, chain), [expected])
    const [record] = await found(log, chain)
    t.like(record, { partition: chain.partition, offset: 0, timestamp: expected.at, headers: {}, damage: null })
    t.deepEqual(Buffer.from(record!.key), operationKey(expected.tenant))
  }
}

async function keepsOrder(t: ExecutionContext, log: AuditLogUnderTest): Promise<void> {
  const [mine, other] = [several(TENANTS[1]!, 30), several(TENANTS[2]!, 5)]
  const chain = chainOf(TENANTS[1]!)
  await log.writer.append([])
  t.is(await log.target.end(chain), 0, 'appending nothing appends nothing')
  await log.writer.append(mine.slice(0, 10).flatMap((one, i) => (i < other.length ? [one, other[i]!] : [one])))
  t.is(await log.target.end(chain), 10)
  // A server does not wait for one append before it brings the next.
  await Promise.all([log.writer.append(mine.slice(10, 20)), log.writer.append([])])
  await log.writer.append(mine.slice(20))
  t.deepEqual(requestsOf(await operationsOf(log, chain)), requestsOf(mine))
  t.deepEqual(
    (await found(log, chain)).map(({ offset }) => offset),
    mine.map((_, offset) => offset),
  )
  t.deepEqual(requestsOf(await operationsOf(log, chainOf(TENANTS[2]!))), requestsOf(other))
}

/** Of what the test before it wrote. */
async function pages(t: ExecutionContext, { evidence, target }: AuditLogUnderTest): Promise<void> {
  const chain = chainOf(TENANTS[1]!)
  const end = await target.end(chain)
  const offsets: number[] = []
  for (let from = await evidence.start(chain); ; ) {
    const page = await evidence.records(chain, from, 7)
    t.true(page.length <= 7)
    if (page.length === 0) break
    offsets.push(...page.map(({ offset }) => offset))
    from = page.at(-1)!.offset + 1
  }
  t.deepEqual(
    offsets,
    Array.from({ length: end }, (_, offset) => offset),
  )
  t.deepEqual(await evidence.records(chain, end + 5, LIMIT), [], 'a log that was cut has nothing there')
}

async function chains(t: ExecutionContext, log: AuditLogUnderTest): Promise<void> {
  const chain = chainOf(TENANTS[3]!)
  const operations = several(TENANTS[3]!, 4)
  await log.writer.append(operations)
  let [expected, actual] = [chainStart(chain), chainStart(chain)]
  for (const [offset, one] of operations.entries()) {
    const value = log.auditCodec.encodeOperation(one)
    expected = chainNext(expected, { offset, timestamp: one.at, key: operationKey(one.tenant), value, headers: {} })
  }
  for (const record of await found(log, chain)) actual = record.chainAfter(actual)
  t.deepEqual(actual, expected)
}

async function anchors(t: ExecutionContext, log: AuditLogUnderTest): Promise<void> {
  const chain: ChainName = { topic: 'memory.commands', partition: 4 }
  const elsewhere: ChainName = { topic: 'audit.operations', partition: 3 }
  t.not(anchorPartition(chain), anchorPartition(elsewhere))
  const published = [anchorAt(chain, 1), anchorAt(elsewhere, 9), anchorAt(chain, 2)]
  await log.target.publish(published)
  for (const one of [chain, elsewhere]) {
    const records = await log.evidence.events(anchorPartition(one), 0, LIMIT)
    const read = records.map(({ value }) => log.auditCodec.decodeAnchor(value))
    t.deepEqual(
      read.map((result) => (result.ok ? plain(result.value) : result)),
      published.filter(({ topic }) => topic === one.topic).map(plain),
    )
  }
}

async function trims(t: ExecutionContext, log: AuditLogUnderTest): Promise<void> {
  const tenant = TENANTS[4]!
  const chain = chainOf(tenant)
  const operations = several(tenant, 6)
  await log.writer.append(operations)
  const before = await found(log, chain)
  for (const time of ['once', 'and again, which changes nothing']) {
    await log.target.remove(chain, 3)
    t.is(await log.evidence.start(chain), 4, time)
    t.deepEqual((await found(log, chain)).map(bytesOf), before.slice(4).map(bytesOf), time)
    t.is(await log.target.end(chain), 6, time)
  }
  t.is((await operationsOf(log, chainOf(TENANTS[3]!))).length, 4, 'other partitions are as they were')
  await log.writer.append([operation(tenant, 6)])
  t.deepEqual(
    (await found(log, chain)).map(({ offset }) => offset),
    [4, 5, 6],
  )
}

async function closed(t: ExecutionContext, log: AuditLogUnderTest): Promise<void> {
  const chain = chainOf(TENANTS[0]!)
  const end = await log.target.end(chain)
  await log.closeWriter()
  await t.throwsAsync(log.writer.append([operation(TENANTS[0]!, 9)]))
  t.is(await log.target.end(chain), end)
}

const found = async ({ evidence }: AuditLogUnderTest, chain: ChainName) =>
  evidence.records(chain, await evidence.start(chain), LIMIT)

async function operationsOf(log: AuditLogUnderTest, chain: ChainName): Promise<readonly AuditOperation[]> {
  return (await found(log, chain)).map(({ value }) => {
    const read = log.auditCodec.decodeOperation(value)
    if (!read.ok) throw new Error(`an operation cannot be read back: ${read.reason}`)
    return read.value
  })
}

const bytesOf = ({ offset, timestamp, key, value }: Awaited<ReturnType<typeof found>>[number]) =>
  [offset, timestamp, Buffer.from(key).toString('hex'), Buffer.from(value).toString('hex')] as const

const plain = ({ chain, signature, ...rest }: SignedAnchor) => ({
  ...rest,
  chain: Buffer.from(chain).toString('hex'),
  signature: Buffer.from(signature).toString('hex'),
})
