import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { chainText, everyChain } from '../../../domain/audit/audit-topics.ts'
import { type AuditReplay, replayOf } from '../../../projections/audit/replay-audit.ts'
import type { ReplayMessage, ReplayShare } from '../replay-protocol.ts'

type Done = Extract<ReplayMessage, { kind: 'done' }>

/** Chains have nothing to do with each other, so a replay takes as many threads as there are cores, up to this. */
const MOST_THREADS = 4

/** Replays the audit of a data directory over several threads. */
export async function replayInThreads(
  replay: Omit<ReplayShare, 'chains'>,
  progress: (records: number) => void,
  threads = Math.min(availableParallelism(), MOST_THREADS),
): Promise<AuditReplay> {
  const shares = Array.from({ length: threads }, (_, share) =>
    // Every so many-th: the long chains of a few tenants are neighbours as often as not.
    everyChain.filter((_chain, index) => index % threads === share),
  )
  const done = await Promise.all(shares.map((chains) => verifyShare({ ...replay, chains }, progress)))
  const place = new Map(everyChain.map((chain, index) => [chainText(chain), index]))
  const chains = done
    .flatMap((one) => one.chains)
    .sort((a, b) => (place.get(chainText(a)) ?? 0) - (place.get(chainText(b)) ?? 0))
  return replayOf(chains, done[0]?.otherFindings ?? [])
}

function verifyShare(share: ReplayShare, progress: (records: number) => void): Promise<Done> {
  const worker = new Worker(new URL('./replay-worker.ts', import.meta.url), { workerData: share })
  return new Promise((resolve, reject) => {
    worker.on('message', (message: ReplayMessage) => {
      if (message.kind === 'progress') progress(message.records)
      else resolve(message)
    })
    worker.on('error', reject)
    worker.on('exit', (code) => reject(new Error(`a thread of the replay ended with code ${code}`)))
  })
}
