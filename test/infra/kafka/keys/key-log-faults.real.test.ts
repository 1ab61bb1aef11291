import test, { type ExecutionContext } from 'ava'
import { KeyLogError } from '../../../../infra/kafka/keys/key-log-error.ts'
import { LogUnavailableError } from '../../../../projections/ports/log-unavailable-error.ts'
import { eventually } from '../../../support/eventually.ts'
import { missingParts } from '../../../support/real-parts.ts'
import { createKeyTopic, deleteTopics, newTopicName, openStore } from './key-topic.ts'
import { switchedNetwork } from './switched-network.ts'

const missing = await missingParts('kafka')
const topics: string[] = []

const key = (keyId: string, slot: string) => ({ keyId, slot, generation: 1, wrapped: Buffer.from(`wrapped ${keyId}`) })

async function newTopic(): Promise<string> {
  const topic = newTopicName()
  await createKeyTopic(topic)
  topics.push(topic)
  return topic
}

/** Cuts a store off, and shows what it still answers, that it refuses in time, and that it comes back by itself. */
async function survives(t: ExecutionContext, state: 'cut' | 'silent'): Promise<void> {
  const topic = await newTopic()
  const network = await switchedNetwork()
  t.teardown(() => network.close())
  const store = await eventually(() => openStore(topic, { settings: network.settings, timeoutMs: 1_000 }))
  t.teardown(() => store.close())
  const other = await openStore(topic)
  t.teardown(() => other.close())
  await eventually(() => store.addKey(key('aa', 'known')))
  await eventually(() => store.addIndexKey('acme', Buffer.from('index')))

  network.set(state)
  const calls = [
    () => store.currentKey('known'),
    () => store.key('bb'),
    () => store.indexKey('globex'),
    () => store.addKey(key('cc', 'new')),
    () => store.addIndexKey('globex', Buffer.from('index')),
    () => store.destroy(['aa']),
  ]
  await Promise.all(calls.map((call) => t.throwsAsync(call(), { instanceOf: LogUnavailableError })))
  t.true(store.progress().trouble instanceof LogUnavailableError)
  t.is((await store.key('aa'))?.keyId, 'aa')
  t.truthy(await store.indexKey('acme'))
  const added = await other.addKey(key('dd', 'elsewhere'))

  network.set('up')
  t.is((await eventually(() => store.currentKey('elsewhere')))?.keyId, added.keyId)
  t.is((await eventually(() => store.addKey(key('ee', 'after')))).keyId, 'ee')
  t.is((await other.currentKey('after'))?.keyId, 'ee')
  t.is(store.progress().trouble, null)
}

if (missing !== null) {
  test.skip(`Kafka keys in trouble: ${missing}`, () => {})
} else {
  test.after.always(() => deleteTopics(topics))

  test('cut off from the broker, what is known is answered, the rest refused in time, and it comes back', (t) =>
    survives(t, 'cut'))

  test('a broker that takes everything and answers nothing is the same', (t) => survives(t, 'silent'))

  test('a store that cannot reach the broker does not open, in bounded time', async (t) => {
    const topic = await newTopic()
    const network = await switchedNetwork()
    t.teardown(() => network.close())
    network.set('cut')
    const opening = openStore(topic, { settings: network.settings, timeoutMs: 1_000 })
    await t.throwsAsync(opening, { instanceOf: LogUnavailableError })
  })

  test('a topic that is not there is not taken for one without keys', async (t) => {
    await t.throwsAsync(openStore(newTopicName(), { timeoutMs: 500 }), { instanceOf: LogUnavailableError })
  })

  test('a topic that was made anew below a running store is noticed, never answered from', async (t) => {
    const topic = await newTopic()
    const store = await openStore(topic, { timeoutMs: 2_000 })
    t.teardown(() => store.close())
    for (const id of ['aa', 'bb', 'cc']) await eventually(() => store.addKey(key(id, id)))
    await deleteTopics([topic])
    await eventually(() => createKeyTopic(topic))
    const refusal = await eventually(async () => {
      const error = await store.currentKey('aa').then(
        () => new Error('answered from another log'),
        (reason: Error) => reason,
      )
      if (error instanceof KeyLogError) return error
      throw error
    })
    t.regex(refusal.message, /another log or an older copy/)
  })
}
