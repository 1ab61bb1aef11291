import { consumerGroup } from '../../cluster/projection-names.ts'
import { BRIEF_RETRY, createKafka } from '../../kafka/kafka-client.ts'
import type { KafkaSettings } from '../../kafka/kafka-settings.ts'

/** Consumer groups of the cluster that have members: something that folds is running. */
export async function groupsWithMembers(settings: KafkaSettings, topicPrefix: string): Promise<readonly string[]> {
  const admin = createKafka(settings, BRIEF_RETRY).admin()
  await admin.connect()
  try {
    const { groups } = await admin.listGroups()
    const own = groups.map(({ groupId }) => groupId).filter((id) => id.startsWith(consumerGroup(topicPrefix, '')))
    if (own.length === 0) return []
    const described = (await admin.describeGroups(own)).groups
    return described.filter(({ members }) => members.length > 0).map(({ groupId }) => groupId)
  } finally {
    await admin.disconnect()
  }
}
