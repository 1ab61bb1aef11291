import { setTimeout as pause } from 'node:timers/promises'
import type { BackingPart } from '../../../../infra/stack/part.ts'
import type { Chaos, Fault } from '../chaos.ts'
import type { MemberRole } from '../member.ts'

const SILENT_MS = 8_000

/** Who speaks with a part all the time, so that its silence is felt: most of all those who write to the log. */
const users: Readonly<Record<BackingPart, readonly MemberRole[]>> = {
  kafka: ['commands', 'commands', 'projector', 'query'],
  registry: ['commands', 'projector', 'query'],
  postgres: ['commands', 'projector', 'query'],
  redis: ['projector', 'query'],
}

/**
 * Between a process and a part all connections stay open and nothing passes any more; then they are reset, or what was
 * held back arrives after all.
 */
export const halfOpen = (...parts: readonly BackingPart[]): Fault => ({
  name: `half-open connections to ${parts.join(', ')}`,
  async inject(chaos) {
    await Promise.all(parts.map((part) => silence(chaos, part)))
  },
})

async function silence({ cluster, random, report }: Chaos, part: BackingPart): Promise<void> {
  const member = random.pick(cluster.of(random.pick(users[part])))
  const isLate = random.next() < 0.5
  report.say(`  ${member.name} to ${part}, ${isLate ? 'then all that was held back arrives' : 'then a reset'}`)
  const link = member.links.to[part]
  link.silence()
  try {
    await pause(SILENT_MS)
    if (!isLate) link.cut()
  } finally {
    link.resume()
  }
}
