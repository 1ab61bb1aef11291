import { generateKeyPairSync } from 'node:crypto'
import test from 'ava'
import type { SignedAnchor } from '../../../domain/audit/anchor.ts'
import { createAnchorCheck } from '../../../infra/audit/anchor-check.ts'
import { neverChained } from '../../../infra/audit/never-chained.ts'
import { createSigningKey } from '../../../infra/crypto/signing-key.ts'
import { AnchorSchedule } from '../../../projections/audit/anchor-schedule.ts'
import { TestClock } from '../../support/embedded.ts'

const signer = createSigningKey(generateKeyPairSync('ed25519').privateKey, 'a test')
const name = { topic: 'memory.commands', partition: 1 } as const
const at = (offset: number) => ({ ...neverChained(name), offset, entries: offset + 1 })

function scheduled(everyEntries: number, everyMs: number) {
  const published: SignedAnchor[] = []
  const clock = new TestClock()
  const state = { fails: false }
  const schedule = new AnchorSchedule({
    signer,
    publish: async (anchors) => {
      if (state.fails) throw new Error('the log is away')
      published.push(...anchors)
    },
    now: clock.now,
    everyEntries,
    everyMs,
  })
  return { schedule, published, clock, state }
}

const offsets = (anchors: readonly SignedAnchor[]) => anchors.map(({ offset }) => offset)

test('a chain is anchored after so many records, or so long after the first that no anchor covers', async (t) => {
  const { schedule, published, clock } = scheduled(100, 1_000)
  schedule.chained(name, at(9))
  t.is(await schedule.anchor(), 0)
  clock.advance(999)
  schedule.chained(name, at(19))
  t.is(await schedule.anchor(), 0)
  clock.advance(1)
  t.is(await schedule.anchor(), 1)
  clock.advance(10_000)
  t.is(await schedule.anchor(), 0, 'nothing new was chained')
  schedule.chained(name, at(118))
  t.is(await schedule.anchor(), 0)
  schedule.chained(name, at(119))
  t.is(await schedule.anchor(), 1)
  t.deepEqual(offsets(published), [19, 119])
  t.true(published.every(createAnchorCheck([signer.publicKeyPem])))
})

test('what could not be published stays due, and the next anchor covers it', async (t) => {
  const { schedule, published, state } = scheduled(10, 1_000_000)
  state.fails = true
  schedule.chained(name, at(20))
  await t.throwsAsync(schedule.anchor(), { message: 'the log is away' })
  schedule.chained(name, at(25))
  state.fails = false
  t.is(await schedule.anchor(), 1)
  t.deepEqual(offsets(published), [25])
})

test('at the end everything is anchored that no anchor covers', async (t) => {
  const { schedule, published } = scheduled(1_000, 1_000_000)
  schedule.chained(name, at(3))
  schedule.chained({ ...name, partition: 2 }, at(5))
  t.is(await schedule.anchor(true), 2)
  t.deepEqual(offsets(published), [3, 5])
})
