import fc from 'fast-check'
import type { Command, Envelope, Genesis } from '../../domain/command.ts'

/** A small world: few ids, so that commands meet. */
const IDS = 6

export const uuidOf = (kind: string, n: number): string =>
  `${Buffer.from(kind.padEnd(4, '-')).toString('hex')}-0000-8000-8000-${n.toString(16).padStart(12, '0')}`

const memoryId = fc.nat(IDS - 1).map((n) => uuidOf('mem', n))
/** Data keys of three subjects. */
const keyId = fc.constantFrom('00'.repeat(16), '11'.repeat(16), '22'.repeat(16))
const time = fc.integer({ min: 1_000, max: 2_000 })

type Draft = { readonly command: (envelope: Envelope) => Exclude<Command, Genesis> }

const draft: fc.Arbitrary<Draft> = fc.oneof(
  { weight: 5, arbitrary: rememberDraft() },
  {
    weight: 2,
    arbitrary: fc
      .uniqueArray(memoryId, { minLength: 1, maxLength: 3 })
      .map((memoryIds) => ({ command: (e: Envelope) => ({ type: 'Forget' as const, ...e, memoryIds }) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .uniqueArray(memoryId, { minLength: 1, maxLength: 3 })
      .map((memoryIds) => ({ command: (e: Envelope) => ({ type: 'Restore' as const, ...e, memoryIds }) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(memoryId, memoryId, fc.constantFrom('depends_on', 'about'))
      .map(([from, to, rel]) => ({ command: (e: Envelope) => ({ type: 'Link' as const, ...e, from, rel, to }) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(memoryId, memoryId, fc.constantFrom('depends_on', 'about'))
      .map(([from, to, rel]) => ({ command: (e: Envelope) => ({ type: 'Unlink' as const, ...e, from, rel, to }) })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(memoryId, fc.boolean()).map(([id, useful]) => ({
      command: (e: Envelope) => ({ type: 'Reinforce' as const, ...e, memoryId: id, useful }),
    })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(memoryId, fc.constantFrom('first', 'second', 'third'), fc.nat(9)).map(([id, model, n]) => ({
      command: (e: Envelope) => ({ type: 'Embed' as const, ...e, memoryId: id, model, sealed: Uint8Array.of(2, n) }),
    })),
  },
  { weight: 1, arbitrary: eraseDraft() },
  { weight: 1, arbitrary: attestDraft() },
  {
    weight: 1,
    arbitrary: fc.option(fc.constantFrom('dialogue' as const, 'notes' as const)).map((profile) => ({
      command: (e: Envelope) => ({ type: 'ConfigureNamespace' as const, ...e, language: null, profile }),
    })),
  },
)

function eraseDraft(): fc.Arbitrary<Draft> {
  return fc.tuple(fc.uniqueArray(keyId, { maxLength: 2 }), fc.nat(2)).map(([keyIds, n]) => {
    const part = { namespace: 'default', keyId: 'ff'.repeat(16), requestHmac: new Uint8Array(32).fill(n), keyIds }
    const receiptId = uuidOf('rec', n)
    return { command: (e: Envelope) => ({ type: 'Erase' as const, ...e, receiptId, keyIds, parts: [part] }) }
  })
}

function attestDraft(): fc.Arbitrary<Draft> {
  return fc.nat(2).map((n) => ({
    command: (e: Envelope) => ({ type: 'Attest' as const, ...e, receiptId: uuidOf('rec', n), document: `{"n":${n}}` }),
  }))
}

function rememberDraft(): fc.Arbitrary<Draft> {
  return fc
    .record({
      n: fc.nat(IDS - 1),
      occurredAt: time,
      importance: fc.integer({ min: 0, max: 1000 }),
      ttlSeconds: fc.option(fc.integer({ min: 1, max: 10 }), { freq: 4 }),
      supersedes: fc.option(memoryId, { freq: 2 }),
      vector: fc.constantFrom({}, { vectorModel: 'first' }),
      says: fc.nat(3),
      again: fc.constantFrom<readonly number[]>([], [], [0], [1, 2]),
      links: fc.array(fc.record({ rel: fc.constantFrom('depends_on', 'about'), target: memoryId }), { maxLength: 2 }),
    })
    .map(({ n, vector, says, again, ...rest }) => ({
      // Command and memory id derive together, so a memory is always made by the same command id.
      command: (e: Envelope) => ({
        type: 'Remember' as const,
        ...e,
        ...rest,
        ...vector,
        commandId: uuidOf('cmd', n),
        memoryId: uuidOf('mem', n),
        kind: 'episodic' as const,
        contentHmac: new Uint8Array(32).fill(says),
        ...(again.length === 0 ? {} : { repeats: again.map((other) => new Uint8Array(32).fill(other)) }),
        contentLength: 1,
        sealed: Uint8Array.of(1, n),
      }),
    }))
}

/** Commands about one small namespace, with repeated and re-used command ids among them and clocks that step back. */
export const commands: fc.Arbitrary<readonly Exclude<Command, Genesis>[]> = fc
  .array(fc.tuple(draft, time, fc.nat(30), fc.nat(1), keyId), { minLength: 1, maxLength: 40 })
  .map((drafts) =>
    drafts.map(([{ command }, recordedAt, id, mac, dataKey]) =>
      command({
        commandId: uuidOf('oth', id),
        recordedAt,
        principal: 'tester',
        keyId: dataKey,
        requestHmac: new Uint8Array(32).fill(mac),
      }),
    ),
  )
