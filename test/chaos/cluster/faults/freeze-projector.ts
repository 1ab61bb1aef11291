import { setTimeout as pause } from 'node:timers/promises'
import type { Fault } from '../chaos.ts'
import { offsetsOf, writeEverywhere } from '../recovery.ts'
import { seconds } from '../report.ts'

const PEER_TIMEOUT_MS = 60_000
/** The zombie wakes while its peer folds what it still believes to be its own. */
const ZOMBIE_MS = 3_000

/** A projector that stops for longer than its session lasts, and then goes on as if nothing had happened. */
export const freezeProjector: Fault = {
  name: 'SIGSTOP of a projector past its session, then SIGCONT',
  async inject(chaos) {
    const member = chaos.random.pick(chaos.cluster.of('projector'))
    chaos.report.say(`  ${member.name}`)
    member.freeze()
    const frozen = performance.now()
    try {
      const offsets = offsetsOf(await writeEverywhere(chaos))
      await chaos.observer.untilFolded('long-term', offsets, PEER_TIMEOUT_MS)
      const folded = seconds(performance.now() - frozen)
      chaos.report.figure(`SIGSTOP of ${member.name}, folds by its peer`, `all partitions folded again after ${folded}`)
      await pause(ZOMBIE_MS)
    } finally {
      member.thaw()
    }
    await member.started()
  },
}
