import test from 'ava'
import fc from 'fast-check'
import type { SignedAnchor } from '../../domain/audit/anchor.ts'
import type { AuditOperation } from '../../domain/audit/audit-operation.ts'
import { createAuditCodec } from '../../schemas/audit-codec.ts'
import { catalogue, typeOf } from '../../schemas/catalogue.ts'
import { frame } from '../../schemas/confluent-frame.ts'
import { uuidToBytes } from '../../schemas/uuid.ts'
import { propertyRuns } from '../support/property-runs.ts'

const codec = createAuditCodec()
const text = fc.option(fc.string({ unit: 'grapheme', maxLength: 20 }), { nil: null })

const operations: fc.Arbitrary<AuditOperation> = fc.record({
  id: fc.uuid(),
  at: fc.nat(),
  tenant: text,
  principal: text,
  credential: text,
  action: fc.constantFrom('recall', 'audit'),
  method: fc.constantFrom('GET', 'POST'),
  route: fc.constantFrom('/recall', '/memories/{id}'),
  namespace: text,
  status: fc.integer({ min: 0, max: 599 }),
  code: text,
  results: fc.option(fc.nat(), { nil: null }),
  times: fc.nat(),
  subject: fc.option(fc.uint8Array({ minLength: 32, maxLength: 32 }), { nil: null }),
  requestId: fc.string(),
  traceparent: text,
  refused: fc.option(
    fc.record({
      total: fc.nat(),
      ranges: fc.array(fc.record({ first: fc.nat(), last: fc.nat(), code: fc.string() }), { maxLength: 3 }),
    }),
    { nil: null },
  ),
})

test('an operation is read as it was written', (t) => {
  const property = fc.property(operations, (operation) => {
    const read = codec.decodeOperation(codec.encodeOperation(operation))
    t.true(read.ok)
    if (!read.ok) return
    const { subject, ...rest } = read.value
    const { subject: expected, ...others } = operation
    t.deepEqual(rest, others)
    t.deepEqual(subject && [...subject], expected && [...expected])
  })
  fc.assert(property, { numRuns: propertyRuns(200) })
})

test('the head of an operation is a part of it, and unreadable when the whole is', (t) => {
  const property = fc.property(operations, fc.nat(300), (operation, cut) => {
    const bytes = codec.encodeOperation(operation)
    const { id, at, tenant, principal, action, namespace } = operation
    const head = codec.decodeOperationHead(bytes)
    t.deepEqual(head.ok && head.value, { id, at, tenant, principal, action, namespace })
    const rest = bytes.subarray(0, cut % bytes.length)
    t.false(codec.decodeOperationHead(rest).ok)
    t.false(codec.decodeOperation(rest).ok)
  })
  fc.assert(property, { numRuns: propertyRuns(200) })
})

test('an operation of the release before is read, and refused nothing that it knows of', (t) => {
  const [written] = fc.sample(operations, 1)
  const { results, subject, requestId, traceparent, ...rest } = written!
  const wrap = (name: string, value: unknown) => (value === null ? null : { [name]: value })
  const first = catalogue.find(({ type, version }) => type === 'AuditOperation' && version === 1)!
  const value = {
    ...rest,
    id: uuidToBytes(rest.id),
    tenant: wrap('string', rest.tenant),
    principal: wrap('string', rest.principal),
    credential: wrap('string', rest.credential),
    namespace: wrap('string', rest.namespace),
    code: wrap('string', rest.code),
    results: wrap('long', results),
    subject: wrap('bytes', subject && Buffer.from(subject)),
    request_id: requestId,
    traceparent: wrap('string', traceparent),
  }
  const read = codec.decodeOperation(frame(first.number, typeOf(first).toBuffer(value)))
  t.true(read.ok)
  if (read.ok) t.like(read.value, { ...rest, requestId, traceparent, results, refused: null })
})

const anchor: SignedAnchor = {
  kind: 'anchor',
  topic: 'audit.operations',
  partition: 3,
  offset: 2 ** 40,
  chain: Buffer.alloc(32, 7),
  entries: 12,
  signedAt: 1_790_000_000_000,
  keyId: '0011223344556677',
  signature: Buffer.alloc(64, 9),
}

test('an anchor is read as it was written, and one of no chain is not read', (t) => {
  const read = codec.decodeAnchor(codec.encodeAnchor(anchor))
  t.deepEqual(read.ok && read.value, anchor)
  for (const wrong of [{ topic: 'memory.keys' }, { kind: 'note' }]) {
    const other = codec.decodeAnchor(codec.encodeAnchor({ ...anchor, ...wrong } as SignedAnchor))
    t.false(other.ok)
  }
})

test('a value of the other topic is no entry of this one', (t) => {
  t.deepEqual(codec.decodeOperation(codec.encodeAnchor(anchor)), {
    ok: false,
    reason: 'undecodable',
    detail: 'schema 41 (AuditAnchor) is no AuditOperation',
  })
  t.deepEqual(codec.decodeOperationHead(codec.encodeAnchor(anchor)), codec.decodeOperation(codec.encodeAnchor(anchor)))
})
