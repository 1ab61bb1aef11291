import { randomBytes } from 'node:crypto'
import test from 'ava'
import { schemasVerb } from '../../../infra/cli/verbs/schemas-verb.ts'
import type { TopicsAction } from '../../../infra/cli/verbs/topics-actions.ts'
import { topicsVerb } from '../../../infra/cli/verbs/topics-verb.ts'
import { createKafka } from '../../../infra/kafka/kafka-client.ts'
import { topicCatalogue } from '../../../infra/kafka/topic-catalogue.ts'
import { SchemaNotRegisteredError } from '../../../infra/registry/registry-errors.ts'
import { missingParts, realParts } from '../../support/real-parts.ts'
import { realKafka } from '../kafka/kafka-settings.ts'
import { removeSubjects } from '../registry/registry.ts'
import { recordingTerminal } from './schemas-files.ts'

const missing = await missingParts('kafka', 'registry')
const topicPrefix = `test-${randomBytes(6).toString('hex')}.`

async function run(action: TopicsAction, replication = 1) {
  const { terminal, printed } = recordingTerminal()
  const kafka = realKafka()
  const cluster = { kafka, registryUrl: realParts.registry, topicPrefix, replication }
  const code = await topicsVerb(action, { out: terminal, err: terminal, cluster, clock: () => 1_760_000_000_000 })
  return { code, printed: printed() }
}

if (missing !== null) {
  test.skip(`topics with Kafka: ${missing}`, () => {})
} else {
  test.after.always(async () => {
    await removeSubjects(topicPrefix)
    const admin = createKafka(realKafka()).admin()
    await admin.connect()
    await admin.deleteTopics({
      topics: topicCatalogue({ prefix: topicPrefix, replication: 1, minInsync: 1 }).map(({ name }) => name),
    })
    await admin.disconnect()
  })

  test('topics are made once, checked, and never altered', async (t) => {
    await t.throwsAsync(run('create'), { instanceOf: SchemaNotRegisteredError })
    const { terminal } = recordingTerminal()
    await schemasVerb('register', { out: terminal, err: terminal, registryUrl: realParts.registry, topicPrefix })

    const absent = await run('check')
    t.is(absent.code, 1)
    t.true(absent.printed.includes(`${topicPrefix}memory.keys is missing: npm run somabrain -- topics create`))
    const first = await run('create')
    t.is(first.code, 0, first.printed)
    t.true(first.printed.includes(`created  ${topicPrefix}memory.commands\n`))
    const second = await run('create')
    t.is(second.code, 0)
    t.false(second.printed.includes('created'))
    const generation = /generation [0-9a-f]{16}/
    t.is(generation.exec(second.printed)?.[0], generation.exec(first.printed)?.[0])
    const other = await run('check', 3)
    t.is(other.code, 1)
    t.regex(other.printed, /memory\.commands has 1 replicas, not 3/)
    t.is((await run('check')).code, 0)
  })
}

test('without a cluster there are no topics, and that is said', async (t) => {
  const { terminal, printed } = recordingTerminal()
  t.is(await topicsVerb('check', { out: terminal, err: terminal, cluster: null, clock: () => 0 }), 2)
  t.regex(printed(), /SOMABRAIN_KAFKA_URL/)
})
