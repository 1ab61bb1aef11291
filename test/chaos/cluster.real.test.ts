import test from 'ava'
import { missingParts } from '../support/real-parts.ts'
import { runChaos } from './cluster/run-chaos.ts'

/** `SEED=7 npx ava test/chaos/cluster.real.test.ts` for other faults, in another order, at other moments. */
const SEED = Number(process.env.SEED ?? 1)
const COMMANDS = 5_000

// Every part is started anew, for this test alone. Where the shared ones do not run, they would have to be downloaded first.
const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
if (missing !== null) {
  test.skip(`a cluster under faults: ${missing}`, () => undefined)
} else {
  test(`${COMMANDS} commands while every part of a cluster fails once: acknowledged is stored, exactly once`, async (t) => {
    t.timeout(15 * 60_000)
    const report = await runChaos({ seed: SEED, commands: COMMANDS, isShort: true, print: (line) => t.log(line) })
    t.deepEqual(report.violations, [])
  })
}
