import { setTimeout as pause } from 'node:timers/promises'
import { PARTITIONS } from '../../../../domain/partition.ts'
import { longTermFeed } from '../../../../infra/cluster/long-term-feed.ts'
import { checkIntegrity } from '../../../../projections/working-memory/integrity-check.ts'
import type { Chaos } from '../chaos.ts'

/** Working memory and ρ in Redis equal, bit for bit, fresh seeds from long-term memory at the same positions. */
export async function verifyWorkingMemory({ observer, report }: Chaos): Promise<void> {
  const sums = { compared: 0, skipped: 0 }
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const { compared, skipped } = await checkIntegrity(
      {
        reader: observer.workingMemory,
        source: longTermFeed(observer.parts),
        pause: (ms) => pause(ms),
        onFault: ({ namespace }, fault) =>
          report.violated(`working memory of ${namespace} is not what its live rows make (${fault})`),
      },
      partition,
    )
    sums.compared += compared
    sums.skipped += skipped
  }
  report.figure('working memory', `${sums.compared} namespaces equal their seeds bit for bit`)
  if (sums.skipped > 0) report.violated(`${sums.skipped} namespaces of working memory could not be compared`)
  if (sums.compared < PARTITIONS) report.violated(`Redis holds only ${sums.compared} namespaces`)
}
