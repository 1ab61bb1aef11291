import { randomBytes } from 'node:crypto'
import test from 'ava'
import { KeyLogError } from '../../../../infra/kafka/keys/key-log-error.ts'
import { createKeyLogWriter } from '../../../../infra/kafka/keys/key-log-writer.ts'
import type { SchemaIds } from '../../../../schemas/command-codec.ts'
import { createKeyCodec } from '../../../../schemas/key-codec.ts'
import { eventually } from '../../../support/eventually.ts'
import { missingParts } from '../../../support/real-parts.ts'
import { realKafka } from '../kafka-settings.ts'
import { createKeyTopic, deleteTopics, newTopicName, openStore } from './key-topic.ts'

const missing = await missingParts('kafka')
const topics: string[] = []

async function newTopic(): Promise<string> {
  const topic = newTopicName()
  await createKeyTopic(topic)
  topics.push(topic)
  return topic
}

const key = (slot: string, keyId = randomBytes(16).toString('hex')) => ({
  keyId,
  slot,
  generation: 1,
  wrapped: Buffer.from(`wrapped ${keyId}`),
})

if (missing !== null) {
  test.skip(`Kafka keys as a log: ${missing}`, () => {})
} else {
  test.after.always(() => deleteTopics(topics))

  test('a destroyed key is a mark, never an absence, stays destroyed, and reaches the other stores by itself', async (t) => {
    const topic = await newTopic()
    const [one, two] = await Promise.all([openStore(topic), openStore(topic, { followEveryMs: 20 })])
    t.teardown(async () => void (await Promise.all([one.close(), two.close()])))
    const entry = key('slot')
    await one.addKey(entry)
    t.deepEqual(Buffer.from((await two.key(entry.keyId))?.wrapped ?? []), entry.wrapped)
    await one.destroy([entry.keyId, 'b'.repeat(32), entry.keyId])
    const destroyed = { ...entry, wrapped: null }
    t.deepEqual(await one.key(entry.keyId), destroyed)
    t.deepEqual(await one.addKey(entry), destroyed)
    t.deepEqual(await one.currentKey('slot'), destroyed)
    t.is(await one.key('b'.repeat(32)), null)
    // A key that is known is answered from memory: the mark has to come by itself.
    const seen = await eventually(async () => {
      const found = await two.key(entry.keyId)
      if (found?.wrapped !== null) throw new Error('not yet marked')
      return found
    })
    t.deepEqual(seen, destroyed)
    const { next } = one.progress()
    await one.destroy([entry.keyId])
    t.is(one.progress().next, next)
  })

  test('ten thousand keys are read at start, each found by its id and its slot', async (t) => {
    const topic = await newTopic()
    const writing = await openStore(topic)
    const entries = Array.from({ length: 10_000 }, (_, i) => key(`slot ${i}`))
    const held = await Promise.all(entries.map((entry) => writing.addKey(entry)))
    t.deepEqual(
      held.map(({ keyId }) => keyId),
      entries.map(({ keyId }) => keyId),
    )
    await writing.close()
    const reading = await openStore(topic)
    t.teardown(() => reading.close())
    t.like(reading.progress(), { next: 10_000, keys: 10_000, trouble: null })
    for (const i of [0, 4_999, 9_999]) {
      const entry = entries[i]!
      t.is((await reading.currentKey(entry.slot))?.keyId, entry.keyId)
      t.deepEqual(Buffer.from((await reading.key(entry.keyId))?.wrapped ?? []), entry.wrapped)
    }
  })

  test('a record that cannot be read is never passed over: until it can be, nothing is said to be absent', async (t) => {
    const topic = await newTopic()
    const known = new Map([[1021, 21]])
    const schemaIds: SchemaIds = { idOf: (number) => number + 1_000, numberOf: (id) => known.get(id) }
    const store = await openStore(topic, { schemaIds })
    t.teardown(() => store.close())
    const entry = key('slot')
    await store.addKey(entry)
    const writer = createKeyLogWriter(realKafka(), topic, 4_000)
    t.teardown(() => writer.close())
    // A version that this process does not know yet: id 1022.
    const record = { type: 'IndexKey', tenant: 'acme', wrapped: Buffer.from('index'), firstOffset: null } as const
    await writer.append([{ key: 'ff', value: createKeyCodec(schemaIds).encode(record) }])
    const refused = { instanceOf: KeyLogError, message: /offset 1: its schema, id 1022/ }
    await t.throwsAsync(store.indexKey('acme'), refused)
    await t.throwsAsync(store.currentKey('slot'), refused)
    await t.throwsAsync(store.addKey(key('another')), refused)
    t.is((await store.key(entry.keyId))?.keyId, entry.keyId)
    known.set(1022, 22)
    t.is(Buffer.from((await store.indexKey('acme')) ?? []).toString(), 'index')
  })
}
