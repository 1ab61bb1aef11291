import { eventually } from '../../../support/eventually.ts'
import type { Fault } from '../chaos.ts'
import { writeEverywhere } from '../recovery.ts'

/** A busy machine may take long to start a process; that is not what is tried here. */
const LISTENS_WITHIN_MS = 120_000

/** SIGKILL of the registry: running processes go on with the ids that they have, new ones wait in their start. */
export const killRegistry: Fault = {
  name: 'SIGKILL of the registry',
  async inject(chaos) {
    const { cluster, random, report } = chaos
    const { registry } = cluster.parts
    await registry.kill()
    const member = random.pick(cluster.members)
    report.say(`  ${member.name} is started meanwhile`)
    await member.kill()
    member.start()
    await writeEverywhere(chaos)
    await eventually(async () => {
      const waitingFor = await member.startup()
      if (waitingFor === null) throw new Error(`${member.name} does not listen`)
      if (waitingFor.length === 0) report.violated(`${member.name} has started without the registry`)
    }, LISTENS_WITHIN_MS)
    await registry.restart()
    await member.started()
  },
}
