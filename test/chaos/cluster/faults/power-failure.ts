import { backingParts } from '../../../../infra/stack/part.ts'
import type { Fault } from '../chaos.ts'

/** SIGKILL of everything at once; then all of it is started again at once, in whatever order it comes up. */
export const powerFailure: Fault = {
  name: 'SIGKILL of all parts and processes at once',
  async inject({ cluster: { parts, members } }) {
    await Promise.all([...backingParts.map((part) => parts[part].kill()), ...members.map((member) => member.kill())])
    for (const member of members) member.start()
    await parts.kafka.restart()
    await Promise.all([parts.registry.restart(), parts.postgres.restart(), parts.redis.restart()])
    await Promise.all(members.map((member) => member.started()))
  },
}
