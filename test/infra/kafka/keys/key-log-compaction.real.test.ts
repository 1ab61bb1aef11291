import test from 'ava'
import type { DataKeyEntry, KeyStore } from '../../../../commands/ports/key-store.ts'
import { createKafkaLogReader } from '../../../../infra/kafka/kafka-log-reader.ts'
import { eventually } from '../../../support/eventually.ts'
import { missingParts } from '../../../support/real-parts.ts'
import { realKafka } from '../kafka-settings.ts'
import { createKeyTopic, deleteTopics, newTopicName, openStore } from './key-topic.ts'

const missing = await missingParts('kafka')
const topic = newTopicName()
/** Brokers look for work every 15 s (log.cleaner.backoff.ms). */
const COMPACTION_DEADLINE_MS = 60_000

const key = (keyId: string, slot: string): DataKeyEntry => ({
  keyId,
  slot,
  generation: 1,
  wrapped: Buffer.from(`wrapped ${keyId}`),
})

/** Everything that a store answers about what the test wrote. */
const answersOf = async (store: KeyStore): Promise<unknown> =>
  JSON.parse(
    JSON.stringify([
      await Promise.all(['raced', 'plain', 'erased'].map((slot) => store.currentKey(slot))),
      await Promise.all(['a1', 'a2', 'b1', 'c1', 'c2'].map((keyId) => store.key(keyId))),
      await store.indexKey('acme'),
    ]),
  )

if (missing !== null) {
  test.skip(`Compaction of Kafka keys: ${missing}`, () => {})
} else {
  test.after.always(() => deleteTopics([topic]))

  test('a store opened after a compaction answers as one that saw every record', async (t) => {
    await createKeyTopic(topic, [
      { name: 'segment.ms', value: '100' },
      { name: 'min.cleanable.dirty.ratio', value: '0.001' },
      { name: 'min.compaction.lag.ms', value: '0' },
    ])
    const before = await openStore(topic)
    t.teardown(() => before.close())
    await before.addKey(key('a1', 'raced'))
    t.is((await before.addKey(key('a2', 'raced'))).keyId, 'a1')
    await before.addKey(key('b1', 'plain'))
    await before.addKey(key('c1', 'erased'))
    await before.addKey(key('c2', 'erased'))
    await before.addIndexKey('acme', Buffer.from('index'))
    // The holder alone: its rival, lower in the topic from now on, must not take its place.
    await before.destroy(['a1', 'c1'])
    await before.destroy(['c2'])

    const reader = createKafkaLogReader(realKafka(), { topic })
    t.teardown(() => reader.close())
    let fillers = 0
    await eventually(async () => {
      // Only what lies in a segment that is full, by age, is compacted; a record opens the next one.
      await before.addIndexKey(`filler ${++fillers}`, Buffer.from('index'))
      const [first] = await reader.read(0, 0, { records: 1, bytes: 1_000 })
      if (first?.offset === 0) throw new Error('not compacted yet')
    }, COMPACTION_DEADLINE_MS)

    const after = await openStore(topic)
    t.teardown(() => after.close())
    t.deepEqual(await answersOf(after), await answersOf(before))
    t.like(await after.currentKey('raced'), { keyId: 'a1', wrapped: null })
    t.like(await after.addKey(key('a3', 'raced')), { keyId: 'a1', wrapped: null })
    t.like(await after.key('c2'), { keyId: 'c2', wrapped: null })
  })
}
