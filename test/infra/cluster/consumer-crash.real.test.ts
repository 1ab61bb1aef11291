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
import type { ServerProcess } from '../../support/server-process.ts'
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
  test('a process whose consumer cannot come back into its group is unready first, and then ends with code 1, by itself or on a signal', async (t) => {
    t.timeout(120_000)
    const cluster = await testCluster(temporaryFolder(t))
    t.teardown(() => cluster.remove())
    const projectors = await Promise.all([cluster.start('projector'), cluster.start('projector')])
    const [leftAlone, terminated] = projectors
    const exits = Promise.all(projectors.map(({ child }) => once(child, 'exit')))
    for (const { url } of projectors) {
      await eventually(async () => assert.equal((await get(`${url}/ready`)).status, 200))
    }

    // Of the first build of long-term memory.
    const groupId = `${cluster.prefix}somabrain-long-term-1`
    const kafka = quietKafka([new URL(realParts.kafka).host])
    const admin = kafka.admin()
    await admin.connect()
    t.teardown(() => admin.disconnect())
    for (const { child } of projectors) child.kill('SIGSTOP')
    await eventually(async () => {
      const { groups } = await admin.describeGroups([groupId])
      assert.equal(groups[0]?.state, 'Empty', 'a frozen member is still in it')
    }, 60_000)
    const stranger = kafka.consumer({ groupId, partitionAssigners: [strangeAssigner] })
    t.teardown(() => stranger.disconnect())
    await stranger.connect()
    await stranger.subscribe({ topic: `${cluster.prefix}${COMMANDS_TOPIC}` })
    const joined = new Promise((resolve) => stranger.on(stranger.events.GROUP_JOIN, resolve))
    await stranger.run({ eachMessage: async () => {} })
    await joined
    for (const { child } of projectors) child.kill('SIGCONT')

    const seenUnready = async ({ child, url }: ServerProcess): Promise<void> => {
      const unready = await eventually(async () => {
        const answer = await get(`${url}/ready`)
        assert.equal(answer.status, 503)
        return answer
      })
      t.deepEqual(unready.body.waiting_for, ['the end of this process'])
      t.is(child.exitCode, null, 'it answers while it is let go of')
    }
    await Promise.all([seenUnready(leftAlone), seenUnready(terminated).then(() => terminated.child.kill('SIGTERM'))])
    t.deepEqual(await exits, [
      [1, null],
      [1, null],
    ])
  })
}
