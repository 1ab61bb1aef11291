import { BRIEF_RETRY, createKafka } from '../../kafka/kafka-client.ts'
import type { KafkaSettings } from '../../kafka/kafka-settings.ts'

/** Projectors notice within two seconds that a build is gone, and then leave its group. */
const TRIES = 20
const TRY_EVERY_MS = 500

/** The consumer group of the projectors that fold a build of long-term memory. */
export const groupOfBuild = (topicPrefix: string, build: number): string => `${topicPrefix}somabrain-long-term-${build}`

/**
 * Deletes the group of a dropped build, whose offsets would lag for ever in every tool that watches groups. False when
 * some member did not leave it in time: then it expires by itself.
 */
export async function removeGroup(
  settings: KafkaSettings,
  groupId: string,
  pause: (ms: number) => Promise<void>,
): Promise<boolean> {
  const admin = createKafka(settings, BRIEF_RETRY).admin()
  await admin.connect()
  try {
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const { groups } = await admin.listGroups()
      if (!groups.some((group) => group.groupId === groupId)) return true
      const { groups: described } = await admin.describeGroups([groupId])
      if (described.every(({ members }) => members.length === 0)) {
        await admin.deleteGroups([groupId])
        return true
      }
      await pause(TRY_EVERY_MS)
    }
    return false
  } finally {
    await admin.disconnect()
  }
}
