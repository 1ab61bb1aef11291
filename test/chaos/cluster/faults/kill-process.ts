import { setTimeout as pause } from 'node:timers/promises'
import type { Chaos, Fault } from '../chaos.ts'
import type { Member, MemberRole } from '../member.ts'
import { offsetsOf, writeEverywhere } from '../recovery.ts'
import { seconds } from '../report.ts'

const DOWN_MS = 1_000
const PEER_TIMEOUT_MS = 60_000

/** SIGKILL of one of the processes of a role; another one is started in its place. */
export const killProcess = (role: Exclude<MemberRole, 'projector'>): Fault => ({
  name: `SIGKILL of a ${role} process`,
  async inject(chaos) {
    const member = picked(chaos, role)
    await member.kill()
    await pause(DOWN_MS)
    member.start()
    await member.started()
  },
})

/** SIGKILL of a projector: its peer must take over its partitions before another one is started. */
export const killProjector: Fault = {
  name: 'SIGKILL of a projector',
  async inject(chaos) {
    const member = picked(chaos, 'projector')
    await member.kill()
    const killed = performance.now()
    const offsets = offsetsOf(await writeEverywhere(chaos))
    await chaos.observer.untilFolded('long-term', offsets, PEER_TIMEOUT_MS)
    const folded = performance.now() - killed
    await chaos.observer.untilFolded('working-memory', offsets, PEER_TIMEOUT_MS)
    const inMind = performance.now() - killed
    const times = `all partitions folded again after ${seconds(folded)}, in working memory after ${seconds(inMind)}`
    chaos.report.figure(`SIGKILL of ${member.name}, folds by its peer`, times)
    member.start()
    await member.started()
  },
}

/** SIGTERM of every process of a role, one after the other: each must drain and end by itself. */
export const rollingRestart: Fault = {
  name: 'a rolling restart of all processes',
  async inject({ cluster, random, report }) {
    for (const member of random.shuffled(cluster.members)) {
      const code = await member.stop()
      if (code !== 0) report.violated(`${member.name} ended with ${code} on SIGTERM`)
      member.start()
      await member.started()
    }
  },
}

function picked({ cluster, random, report }: Chaos, role: MemberRole): Member {
  const member = random.pick(cluster.of(role))
  report.say(`  ${member.name}`)
  return member
}
