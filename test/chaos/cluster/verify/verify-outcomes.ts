import type { OutcomeRow } from '../../../../domain/outcome.ts'
import { PARTITIONS } from '../../../../domain/partition.ts'
import { decodePosition } from '../../../../domain/position.ts'
import { readOutcomes } from '../../../../infra/postgres/long-term/read-outcomes.ts'
import type { Chaos } from '../chaos.ts'
import { exchange } from '../http-exchange.ts'
import type { Entry } from '../ledger.ts'
import { describe } from '../recovery.ts'

const TIMEOUT_MS = 8_000
const ASKED_AT_ONCE = 16
/** Commands of which GET /commands/{id} is asked, besides what the table itself says of all. */
const MOST_ASKED = 5_000

/** Every acknowledged command has come out as it must, exactly once, where it was said to be. */
export async function verifyOutcomes(chaos: Chaos): Promise<void> {
  const { ledger, report } = chaos
  const rows = await outcomesByCommand(chaos)
  let acknowledged = 0
  let repeated = 0
  for (const entry of ledger.entries) {
    if (entry.state !== 'acknowledged') continue
    acknowledged += 1
    const own = rows.get(entry.receipts[0]!.commandId) ?? []
    repeated += Math.max(0, own.length - 1)
    for (const wrong of faultsOf(entry, own)) report.violated(`${entry.command.kind} ${entry.command.key}: ${wrong}`)
  }
  report.figure('commands acknowledged', `${acknowledged}, and ${repeated} more records of them in the log`)
  await askCommands(chaos, rows)
}

async function outcomesByCommand({ observer }: Chaos): Promise<ReadonlyMap<string, readonly OutcomeRow[]>> {
  const { readPool, liveBuild, reader } = observer.parts
  const rows = new Map<string, OutcomeRow[]>()
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const { offset } = await reader.checkpoint(partition)
    const outcomes = await readOutcomes(readPool, liveBuild, partition, -1, offset)
    for (const row of [...outcomes].sort((a, b) => a.offset - b.offset)) {
      rows.set(row.commandId, [...(rows.get(row.commandId) ?? []), row])
    }
  }
  return rows
}

/** `own`: all records of the command, in the order of the log. */
function faultsOf({ command, receipts }: Entry, own: readonly OutcomeRow[]): string[] {
  const faults: string[] = []
  const [first] = own
  if (first === undefined) return ['acknowledged, and not in the log']
  const { expected } = command
  if (expected.outcome === 'conflict') {
    // Its id is that of the request which had the key first.
    if (!receipts.every((receipt) => outcomeAt(own, receipt.position) === 'conflict')) faults.push('is no conflict')
    return faults
  }
  const status = first.outcome.status
  if (status !== expected.outcome) faults.push(`came out as ${JSON.stringify(first.outcome)}`)
  const later = own.slice(1).filter(({ outcome }) => outcome.status !== 'duplicate' && outcome.status !== 'conflict')
  if (later.length > 0) faults.push(`took effect again: ${JSON.stringify(later)}`)
  for (const { position, status: told } of receipts) {
    const outcome = outcomeAt(own, position)
    if (outcome === null) faults.push(`was said to be at ${position}, where it is not`)
    if (told === 'stored' && outcome !== 'stored') faults.push(`was said to be stored at ${position}: ${outcome}`)
  }
  return faults
}

function outcomeAt(own: readonly OutcomeRow[], text: string): string | null {
  const position = decodePosition(text)
  const row = own.find(({ partition, offset }) => partition === position?.partition && offset === position.offset)
  return row?.outcome.status ?? null
}

/** What clients are told of a command is what the fold made of its first record. */
async function askCommands(chaos: Chaos, rows: ReadonlyMap<string, readonly OutcomeRow[]>): Promise<void> {
  const { ledger, cluster, report, random } = chaos
  const acknowledged = ledger.entries.filter(({ state }) => state === 'acknowledged')
  const asked = random.shuffled(acknowledged).slice(0, MOST_ASKED)
  const queue = [...asked.entries()]
  const urls = cluster.of('query').map(({ url }) => url)
  const ask = async (): Promise<void> => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const [i, entry] = next
      const { commandId } = entry.receipts[0]!
      const url = `${urls[i % urls.length]!}/commands/${commandId}`
      const answer = await exchange({ method: 'GET', url, timeoutMs: TIMEOUT_MS })
      const status = rows.get(commandId)?.[0]?.outcome.status
      if (answer.outcome === 'answer' && answer.answer.status === 200 && answer.answer.body.status === status) continue
      report.violated(`GET /commands/${commandId} says ${describe(answer)}, and it was ${status}`)
    }
  }
  await Promise.all(Array.from({ length: ASKED_AT_ONCE }, ask))
  report.figure('GET /commands/{id}', `asked of ${asked.length} commands`)
}
