import { setTimeout as pause } from 'node:timers/promises'
import type { Chaos, Fault } from '../chaos.ts'
import { expectOfReads, isDegradedBy, isRefusedAs, recallOf } from '../expectations.ts'
import { exchange } from '../http-exchange.ts'
import { describe, untilCaughtUp } from '../recovery.ts'
import { seconds } from '../report.ts'
import { receiptOf } from '../verdict.ts'
import { namespaces } from '../workload.ts'

const SHORT_MS = 5_000
const LONG_MS = 60_000
const EVERY_MS = 500
const WRITE_TIMEOUT_MS = 8_000

/** SIGKILL of Postgres; it stays away for a minute (5 s in the short form). */
export const killPostgres: Fault = {
  name: 'SIGKILL of Postgres',
  async inject(chaos) {
    const { cluster, report, isShort } = chaos
    const { postgres } = cluster.parts
    const namespace = namespaces[1]!
    await Promise.all(cluster.of('query').map(({ url }) => makeResident(url, namespace)))
    await postgres.kill()
    const killed = performance.now()
    const until = killed + (isShort ? SHORT_MS : LONG_MS)
    await expectOfReads(chaos, 'postgres', [
      {
        what: 'recall is refused',
        path: '/recall',
        body: recallOf(namespace),
        holds: isRefusedAs('store_unavailable'),
      },
      {
        what: 'who takes a stale answer gets one',
        path: '/recall',
        body: recallOf(namespace, { allow_stale: true }),
        holds: isDegradedBy('stale'),
      },
    ])
    let accepted = 0
    for (let n = 0; performance.now() < until; n++) {
      accepted += await writeForNewUser(chaos, n)
      await pause(EVERY_MS)
    }
    const down = performance.now() - killed
    await postgres.restart()
    const back = performance.now()
    await untilCaughtUp(chaos.observer)
    report.figure(
      `Postgres down for ${seconds(down)}`,
      `${accepted} of ${accepted} probing writes accepted, each for a new user; all folded ${seconds(performance.now() - back)} after its return`,
    )
  },
}

async function makeResident(url: string, namespace: string): Promise<void> {
  await exchange({ method: 'POST', url: `${url}/recall`, body: recallOf(namespace), timeoutMs: WRITE_TIMEOUT_MS })
}

/** A user whom no process has ever seen, so that a data key must be made: 202, at once, from the next process in turn. */
async function writeForNewUser({ cluster, ledger, probes, report, random }: Chaos, n: number): Promise<number> {
  const members = cluster.of('commands')
  const { url, name } = members[n % members.length]!
  const command = probes.remember(random.pick(namespaces), `new-user-${n}-${random.int(1e9)}`)
  const entry = ledger.open(command)
  const headers = { 'idempotency-key': command.key }
  const asked = await exchange({
    method: 'POST',
    url: `${url}/remember`,
    body: command.body,
    headers,
    timeoutMs: WRITE_TIMEOUT_MS,
  })
  if (asked.outcome === 'answer' && asked.answer.status === 202) {
    ledger.acknowledge(entry, receiptOf(asked.answer.body))
    return 1
  }
  entry.unknown += 1
  report.violated(`postgres is down: a write for a new user is accepted, but ${name} says ${describe(asked)}`)
  return 0
}
