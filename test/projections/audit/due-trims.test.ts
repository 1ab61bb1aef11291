import { generateKeyPairSync } from 'node:crypto'
import test from 'ava'
import type { SignedAnchor } from '../../../domain/audit/anchor.ts'
import { retentionCutoff } from '../../../domain/audit/retention.ts'
import { createSigningKey } from '../../../infra/crypto/signing-key.ts'
import { signAnchor } from '../../../projections/audit/anchor-schedule.ts'
import { dueTrims } from '../../../projections/audit/trim-audit.ts'

const signer = createSigningKey(generateKeyPairSync('ed25519').privateKey, 'a test')
const day = (date: number): number => Date.UTC(2026, 10, date)
const operations = { topic: 'audit.operations', partition: 2 } as const

const signed = (
  kind: SignedAnchor['kind'],
  offset: number,
  signedAt: number,
  chain: Pick<SignedAnchor, 'topic' | 'partition'> = operations,
): SignedAnchor =>
  signAnchor(signer, { kind, ...chain, offset, chain: new Uint8Array(32), entries: offset + 1, signedAt })

const dueOf = async (before: number, end: number, ...anchors: readonly SignedAnchor[]) => {
  const target = { end: async () => end, publish: async () => undefined, remove: async () => undefined }
  const byChain = new Map(anchors.map(({ topic, partition }) => [`${topic}/${partition}`, anchors]))
  return (await dueTrims({ target, anchors: byChain, before })).map(({ anchor, records }) => [anchor.offset, records])
}

test('what is kept for days goes at the first UTC day on which all of it is older', (t) => {
  t.is(retentionCutoff(day(21), 7), day(14))
  t.is(retentionCutoff(day(22) - 1, 7), day(14))
  t.is(retentionCutoff(day(22), 7), day(15))
})

test('the last anchor before the instant is due, and not one that was signed at it', async (t) => {
  const anchors = [signed('anchor', 9, day(1)), signed('anchor', 19, day(2)), signed('anchor', 29, day(3))]
  t.deepEqual(await dueOf(day(1), 100, ...anchors), [])
  t.deepEqual(await dueOf(day(3), 100, ...anchors), [[19, 20]])
  t.deepEqual(await dueOf(day(3) + 1, 100, ...anchors), [[29, 30]])
})

test('what was trimmed is not due again, and only what stands behind it is counted', async (t) => {
  const trimmed = [signed('anchor', 9, day(1)), signed('trim', 9, day(8))]
  t.deepEqual(await dueOf(day(5), 100, ...trimmed), [])
  t.deepEqual(await dueOf(day(5), 100, ...trimmed, signed('anchor', 19, day(2))), [[19, 10]])
})

test('the last record stays', async (t) => {
  const anchors = [signed('anchor', 9, day(1)), signed('anchor', 19, day(2))]
  t.deepEqual(await dueOf(day(5), 20, ...anchors), [[9, 10]])
  t.deepEqual(await dueOf(day(5), 10, anchors[0]!), [])
})

test('a write is never due', async (t) => {
  const writes = { topic: 'memory.commands', partition: 2 } as const
  t.deepEqual(await dueOf(day(5), 100, signed('anchor', 9, day(1), writes)), [])
})
