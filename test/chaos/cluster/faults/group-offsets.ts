import type { Admin } from 'kafkajs'
import { eventually } from '../../../support/eventually.ts'
import { quietKafka } from '../../../support/quiet-kafka.ts'
import type { Chaos, Fault } from '../chaos.ts'

const TIMEOUT_MS = 30_000

/** The groups' offsets are set back to the log's beginning. */
export const rewindOffsets: Fault = {
  name: "the consumer groups' offsets are rewound to 0",
  inject: (chaos) =>
    withoutProjectors(chaos, async (admin, groups) => {
      for (const groupId of groups) await rewind(admin, groupId)
    }),
}

/** The groups are deleted with all that the brokers knew of them. */
export const deleteOffsets: Fault = {
  name: 'the consumer groups are deleted',
  inject: (chaos) => withoutProjectors(chaos, deleteAll),
}

/** Both at once, to stop the projectors only once. */
export const rewindAndDeleteOffsets: Fault = {
  name: "one consumer group's offsets are rewound to 0, the other group is deleted",
  inject: (chaos) =>
    withoutProjectors(chaos, async (admin, groups) => {
      const [rewound, ...deleted] = chaos.random.shuffled(groups)
      await rewind(admin, rewound!)
      await deleteAll(admin, deleted)
    }),
}

async function rewind(admin: Admin, groupId: string): Promise<void> {
  for (const { topic } of await admin.fetchOffsets({ groupId })) {
    await eventually(() => admin.resetOffsets({ groupId, topic, earliest: true }), TIMEOUT_MS)
  }
}

async function deleteAll(admin: Admin, groups: readonly string[]): Promise<void> {
  await eventually(() => admin.deleteGroups([...groups]), TIMEOUT_MS)
}

/** A broker lets nobody alter the offsets of a group with members, so the projectors are down meanwhile. */
async function withoutProjectors(
  { cluster, report }: Chaos,
  alter: (admin: Admin, groups: readonly string[]) => Promise<void>,
): Promise<void> {
  const projectors = cluster.of('projector')
  const codes = await Promise.all(projectors.map((member) => member.stop()))
  for (const [i, code] of codes.entries()) {
    if (code !== 0) report.violated(`${projectors[i]!.name} ended with ${code} on SIGTERM`)
  }
  const brokers = [new URL(cluster.parts.kafka.url).host]
  const admin = quietKafka(brokers).admin()
  await admin.connect()
  try {
    const { groups } = await admin.listGroups()
    const ours = groups.map(({ groupId }) => groupId).filter((groupId) => groupId.startsWith('somabrain-'))
    if (ours.length < 2) throw new Error(`only these consumer groups are there: ${ours.join(', ')}`)
    await alter(admin, ours)
  } finally {
    await admin.disconnect()
  }
  for (const member of projectors) member.start()
  await Promise.all(projectors.map((member) => member.started()))
}
