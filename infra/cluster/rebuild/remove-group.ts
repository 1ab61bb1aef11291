import type { Admin } from 'kafkajs'
import { BRIEF_RETRY, createKafka } from '../../kafka/kafka-client.ts'
import type { KafkaSettings } from '../../kafka/kafka-settings.ts'

/** Projectors notice within two seconds that a build is gone, and then leave its group. */
const TRIES = 20
const TRY_EVERY_MS = 500

/**
 * Deletes the group of a projection that was dropped, whose offsets would lag for ever in every tool that watches groups. False
 * when some member did not leave it in time: then it expires by itself.
 */
export const removeGroup = (
  settings: KafkaSettings,
  groupId: string,
  pause: (ms: number) => Promise<void>,
): Promise<boolean> =>
  withAdmin(settings, async (admin) => {
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const { groups } = await admin.listGroups()
      if (!groups.some((group) => group.groupId === groupId)) return true
      if ((await members(admin, groupId)) === 0) {
        await admin.deleteGroups([groupId])
        return true
      }
      await pause(TRY_EVERY_MS)
    }
    return false
  })

/** How many consumers are in a group; none when there is no such group. */
export const membersOf = (settings: KafkaSettings, groupId: string): Promise<number> =>
  withAdmin(settings, (admin) => members(admin, groupId))

async function members(admin: Admin, groupId: string): Promise<number> {
  const { groups } = await admin.describeGroups([groupId])
  return groups.reduce((sum, group) => sum + group.members.length, 0)
}

async function withAdmin<T>(settings: KafkaSettings, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = createKafka(settings, BRIEF_RETRY).admin()
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}
