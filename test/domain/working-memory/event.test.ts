import test from 'ava'
import { eventOf, type FoldedRecord } from '../../../domain/working-memory/event.ts'

const hmac = new Uint8Array(32)
const envelope = { commandId: 'c', recordedAt: 1, principal: 'tester', keyId: 'k', requestHmac: hmac }
const remember = {
  ...envelope,
  type: 'Remember',
  memoryId: 'm',
  kind: 'episodic',
  occurredAt: 1,
  importance: 700,
  ttlSeconds: null,
  supersedes: 'before',
  links: [],
  contentHmac: hmac,
  contentLength: 4,
  sealed: new Uint8Array(),
} as const

const stored = (command: FoldedRecord['command']): FoldedRecord => ({
  offset: 7,
  knownAt: 42,
  command,
  outcome: { status: 'stored' },
})

test('a stored Remember brings its memory with its encoding, known when the fold says', (t) => {
  const event = eventOf(stored(remember), { content: 'some words' })
  t.like(event, {
    type: 'remembered',
    offset: 7,
    supersedes: 'before',
    memory: { memoryId: 'm', keyId: 'k', offset: 7, importance: 700, rehearsals: 1, knownAt: 42 },
  })
  t.true(event.type === 'remembered' && event.sums!.length === 256)
})

test('content that was not opened is a fault, never an empty content', (t) => {
  t.throws(() => eventOf(stored(remember), null), { message: /not opened/ })
})

test('only what was stored has effects', (t) => {
  const outcomes = [
    { status: 'duplicate' },
    { status: 'conflict' },
    { status: 'refused', reason: 'supersedes_unknown' },
  ] as const
  for (const outcome of outcomes) {
    t.deepEqual(eventOf({ ...stored(remember), outcome }, null), { type: 'unaffected', offset: 7 })
  }
})

test('commands that do not bear on what is in mind move the position only', (t) => {
  const edge = { from: 'm', rel: 'after', to: 'n' }
  const commands: ReadonlyArray<FoldedRecord['command']> = [
    { type: 'Genesis', commandId: 'g', recordedAt: 1, generation: '0'.repeat(16) },
    { ...envelope, type: 'Link', ...edge },
    { ...envelope, type: 'Unlink', ...edge },
    { ...envelope, type: 'ConfigureNamespace', language: 'de', profile: null },
    { ...envelope, type: 'Reinforce', memoryId: 'm', useful: false },
  ]
  for (const command of commands) t.deepEqual(eventOf(stored(command), null), { type: 'unaffected', offset: 7 })
})
