import assert from 'node:assert/strict'
import { once } from 'node:events'
import test from 'ava'
import { AssignerProtocol, type PartitionAssigner } from 'kafkajs'
import { COMMANDS_TOPIC } from '../../../infra/kafka/topic-catalogue.ts'
import { testCluster } from '../../support/cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { get } from '../../support/http-client.ts'
import { quietKafka } from '../../support/quiet-kafka.ts'
import { missingParts, realParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

/** How a stranger shares partitions out: members that share them out in another way are refused by the broker. */
const strangeAssigner: PartitionAssigner = () => ({
  name: 'strange',
  version: 0,
  assign: async ({ members }) => members.map(({ memberId }) => ({ memberId, memberAssignment: Buffer.alloc(0) })),
  protocol: ({ topics }) => ({
    name: 'strange',
    metadata: AssignerProtocol.MemberMetadata.encode({ version: 0, topics, userData: Buffer.alloc(0) }),
  }),
})

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
if (missing !== null) {
  test.skip(`a consumer that crashes for good: ${missing}`, () => undefined)
} else {
  test('a process whose consumer cannot come back into its group is unready first, and then ends with code 1', async (t) => {
    t.timeout(120_000)
    const cluster = await testCluster(temporaryFolder(t))
    t.teardown(() => cluster.remove())
    const projector = await cluster.start('projector')
    const exited = once(projector.child, 'exit')
    const ready = () => get(`${projector.url}/ready`)
    await eventually(async () => assert.equal((await ready()).status, 200))

    // Of the first build of long-term memory.
    const groupId = `${cluster.prefix}somabrain-long-term-1`
    const kafka = quietKafka([new URL(realParts.kafka).host])
    const admin = kafka.admin()
    await admin.connect()
    t.teardown(() => admin.disconnect())
    projector.child.kill('SIGSTOP')
    await eventually(async () => {
      const { groups } = await admin.describeGroups([groupId])
      assert.equal(groups[0]?.state, 'Empty', 'the frozen member is still in it')
    }, 60_000)
    const stranger = kafka.consumer({ groupId, partitionAssigners: [strangeAssigner] })
    t.teardown(() => stranger.disconnect())
    await stranger.connect()
    await stranger.subscribe({ topic: `${cluster.prefix}${COMMANDS_TOPIC}` })
    const joined = new Promise((resolve) => stranger.on(stranger.events.GROUP_JOIN, resolve))
    await stranger.run({ eachMessage: async () => {} })
    await joined
    projector.child.kill('SIGCONT')

    const unready = await eventually(async () => {
      const answer = await ready()
      assert.equal(answer.status, 503)
      return answer
    })
    t.deepEqual(unready.body.waiting_for, ['the end of this process'])
    t.is(projector.child.exitCode, null, 'it answers while it is let go of')
    t.deepEqual(await exited, [1, null])
  })
}
