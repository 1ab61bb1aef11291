import test from 'ava'
import { testKeyStore } from '../../../contract/key-store.ts'
import { missingParts } from '../../../support/real-parts.ts'
import { createKeyTopic, deleteTopics, newTopicName, openStore } from './key-topic.ts'

const missing = await missingParts('kafka')
const topics = new Set<string>()

if (missing !== null) {
  test.skip(`Kafka keys: ${missing}`, () => {})
} else {
  testKeyStore({
    name: 'Kafka keys',
    newPlace: newTopicName,
    async open(topic) {
      if (!topics.has(topic)) await createKeyTopic(topic)
      topics.add(topic)
      const edges = await Promise.all([openStore(topic), openStore(topic)])
      return { edges, close: async () => void (await Promise.all(edges.map((edge) => edge.close()))) }
    },
  })
  test.after.always(() => deleteTopics([...topics]))
}
