import { setTimeout as pause } from 'node:timers/promises'
import type { Fault } from '../chaos.ts'
import { expectOfReads, isDegradedBy, isRefusedAs, recallOf } from '../expectations.ts'
import { seconds } from '../report.ts'
import { namespaces } from '../workload.ts'

/** Heads are asked for once a second: a moment passes before all know that the log is away. */
const NOTICED_MS = 3_000
const ALONE_MS = 4_000

/** SIGKILL of the broker, and its start over the same data. */
export const killBroker: Fault = {
  name: 'SIGKILL of the broker',
  async inject(chaos) {
    const { cluster, load, probes, report } = chaos
    const { kafka } = cluster.parts
    await kafka.kill()
    const killed = performance.now()
    await pause(NOTICED_MS)
    const namespace = namespaces[0]!
    await expectOfReads(chaos, 'kafka', [
      { what: 'recall answers', path: '/recall', body: recallOf(namespace), holds: isDegradedBy('log') },
      {
        what: 'the latest cannot be told',
        path: '/recall',
        body: recallOf(namespace, { after: 'latest' }),
        holds: isRefusedAs('not_yet_visible'),
      },
    ])
    await pause(chaos.isShort ? 0 : ALONE_MS)
    const writing = load.sendNow(probes.remember())
    const begun = performance.now()
    const restarting = kafka.restart().then(() => performance.now())
    await writing
    const written = performance.now()
    const ready = await restarting
    report.figure(
      `SIGKILL of the broker after ${seconds(begun - killed)}, its restart`,
      `first acknowledged write ${seconds(written - begun)} after the start, ${seconds(Math.max(0, written - ready))} after it answers`,
    )
  },
}
