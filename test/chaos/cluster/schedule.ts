import type { Fault } from './chaos.ts'
import { deliverTwice } from './faults/deliver-twice.ts'
import { freezeProjector } from './faults/freeze-projector.ts'
import { deleteOffsets, rewindAndDeleteOffsets, rewindOffsets } from './faults/group-offsets.ts'
import { halfOpen } from './faults/half-open.ts'
import { killBroker } from './faults/kill-broker.ts'
import { killPostgres } from './faults/kill-postgres.ts'
import { killProcess, killProjector, rollingRestart } from './faults/kill-process.ts'
import { killRegistry } from './faults/kill-registry.ts'
import { olderPostgres, takeCopies } from './faults/older-copies.ts'
import { powerFailure } from './faults/power-failure.ts'
import { flushRedis, killRedis } from './faults/redis.ts'
import type { Random } from './random.ts'

/** What goes wrong, and when: after which share of the commands that are offered around it. */
export interface Scheduled {
  readonly fault: Fault
  readonly moment: number
}

const once: readonly Fault[] = [
  killProcess('commands'),
  killProcess('query'),
  killProjector,
  killBroker,
  killPostgres,
  killRedis,
  freezeProjector,
  flushRedis,
  deliverTwice,
  olderPostgres,
]
/** Four processes at once, each without one of the parts. */
const everyPartSilent = halfOpen('kafka', 'registry', 'postgres', 'redis')
const LONG_ROUNDS = 3

/**
 * Copies first; then every fault once (the long form: in several rounds, and silent parts one by one as well). `only`
 * leaves out those whose name does not contain it.
 */
export function scheduleOf(random: Random, isShort: boolean, only = ''): readonly Scheduled[] {
  const faults: Fault[] = []
  if (isShort) faults.push(...random.shuffled([...once, rewindAndDeleteOffsets, everyPartSilent]))
  for (let round = 0; !isShort && round < LONG_ROUNDS; round++) {
    const more = [
      rewindOffsets,
      deleteOffsets,
      rollingRestart,
      killRegistry,
      powerFailure,
      halfOpen('kafka'),
      halfOpen('postgres'),
      halfOpen('redis'),
      halfOpen('registry'),
      everyPartSilent,
    ]
    // A minute without Postgres is enough once.
    const again = once.filter((fault) => round === 0 || fault !== killPostgres)
    faults.push(...random.shuffled([...again, ...more]))
  }
  const chosen = [takeCopies, ...faults.filter(({ name }) => name.includes(only))]
  return chosen.map((fault) => ({ fault, moment: 0.1 + 0.4 * random.next() }))
}
