import test from 'ava'
import { createKeyring } from '../../../../infra/crypto/keyring.ts'
import { createMasterKey, loadMasterKey } from '../../../../infra/crypto/master-key.ts'
import { rewrapKeys } from '../../../../infra/crypto/rewrap-keys.ts'
import { openKafkaRewrapStore } from '../../../../infra/kafka/keys/kafka-rewrap-store.ts'
import { missingParts } from '../../../support/real-parts.ts'
import { realKafka } from '../kafka-settings.ts'
import { createKeyTopic, deleteTopics, newTopicName, openStore } from './key-topic.ts'

const scope = { tenant: 'acme', namespace: 'notes' }
const [old, fresh] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]

const missing = await missingParts('kafka')
if (missing !== null) {
  test.skip(`wrapping the keys of a cluster anew: ${missing}`, () => undefined)
} else {
  test('keys that are wrapped anew are the same keys, for those who saw them change and those who start later', async (t) => {
    const topic = newTopicName()
    await createKeyTopic(topic)
    t.teardown(() => deleteTopics([topic]))
    const store = await openStore(topic)
    const before = createKeyring(store, createMasterKey(old, 'test'))
    const [ada, bob] = [await before.dataKey(scope, 'ada'), await before.dataKey(scope, 'bob')]
    await store.destroy([bob.keyId])

    const both = loadMasterKey('', `${fresh.toString('hex')},${old.toString('hex')}`)
    const rewrap = await openKafkaRewrapStore({ settings: realKafka(), topic })
    t.deepEqual(await rewrapKeys(rewrap, both), { dataKeys: 1, indexKeys: 1, current: 0 })
    t.deepEqual(await rewrapKeys(rewrap, both), { dataKeys: 0, indexKeys: 0, current: 2 })

    // A rotation that read the key before its mark came, and writes behind it.
    const mark = { keyId: bob.keyId, slot: 's', generation: 1, wrapped: Buffer.from('stale') }
    await rewrap.replace([mark], [])
    const later = await openStore(topic)
    const after = createKeyring(later, createMasterKey(fresh, 'test'))
    t.is((await after.dataKey(scope, 'ada')).keyId, ada.keyId)
    t.is((await after.byId(bob.keyId)).found, 'destroyed')
    t.is((await createKeyring(store, both).dataKey(scope, 'ada')).keyId, ada.keyId)
    await Promise.all([store.close(), later.close(), rewrap.close()])
  })
}
