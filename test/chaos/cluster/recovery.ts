import { setTimeout as pause } from 'node:timers/promises'
import { PARTITIONS } from '../../../domain/partition.ts'
import { decodePosition } from '../../../domain/position.ts'
import type { Chaos } from './chaos.ts'
import { exchange } from './http-exchange.ts'
import type { Remembered } from './ledger.ts'
import type { Observer } from './observer.ts'
import { namespaces, partitionOfNamespace } from './workload.ts'

const TIMEOUT_MS = 90_000
const READ_TIMEOUT_MS = 5_000
const RETRY_MS = 50

/** How long it took from a moment on until the system did all of its work again, milliseconds. */
export interface Recovery {
  /** Writes to every partition were acknowledged. */
  readonly written: number
  /** Long-term memory has folded them. */
  readonly folded: number
  /** Working memory has. */
  readonly inMind: number
  /** Every query process finds them. */
  readonly found: number
}

/** One namespace of each partition. */
export const oneOfEachPartition: readonly string[] = [
  ...new Map(namespaces.map((name) => [partitionOfNamespace(name), name])).values(),
]

/** Writes to every partition and waits until the writes have come through everywhere. Rejects after a minute and a half. */
export async function measureRecovery(chaos: Chaos, since: number): Promise<Recovery> {
  const { observer } = chaos
  const elapsed = (): number => performance.now() - since
  const written = await writeEverywhere(chaos)
  const writtenMs = elapsed()
  const offsets = offsetsOf(written)
  await observer.untilFolded('long-term', offsets, TIMEOUT_MS)
  const folded = elapsed()
  await observer.untilFolded('working-memory', offsets, TIMEOUT_MS)
  const inMind = elapsed()
  await Promise.all(chaos.cluster.of('query').map(({ url }) => untilFound(url, written)))
  return { written: writtenMs, folded, inMind, found: elapsed() }
}

/** A memory in each partition, as soon as each is acknowledged. */
export async function writeEverywhere({ load, probes }: Chaos): Promise<readonly Remembered[]> {
  const entries = await Promise.all(oneOfEachPartition.map((namespace) => load.sendNow(probes.remember(namespace))))
  return entries.map(({ remembered, command }) => {
    if (remembered === null) throw new Error(`${command.key} was not acknowledged before the deadline`)
    return remembered
  })
}

/** Highest offset that positions name, by partition; −1 where none does. */
export function offsetsOf(memories: readonly Pick<Remembered, 'position'>[]): number[] {
  const offsets: number[] = Array.from({ length: PARTITIONS }, () => -1)
  for (const { position } of memories) {
    const decoded = decodePosition(position)
    if (decoded === null) throw new Error(`${position} is no position`)
    offsets[decoded.partition] = Math.max(offsets[decoded.partition]!, decoded.offset)
  }
  return offsets
}

async function untilFound(url: string, memories: readonly Remembered[]): Promise<void> {
  const until = performance.now() + TIMEOUT_MS
  for (const memory of memories) {
    const { namespace, word, position, memoryId } = memory
    // What the load has begun to forget or correct is not waited for.
    while (!memory.claimed) {
      const body = { query: word, namespace, after: position, k: 3 }
      const asked = await exchange({ method: 'POST', url: `${url}/recall`, body, timeoutMs: READ_TIMEOUT_MS })
      if (asked.outcome === 'answer' && asked.answer.status === 200) {
        const results = asked.answer.body.results as ReadonlyArray<{ readonly memory_id: string }>
        if (results.some(({ memory_id }) => memory_id === memoryId)) break
        if (memory.claimed) break
        throw new Error(`${url} answers after ${position} without ${memoryId}`)
      }
      if (performance.now() > until) throw new Error(`${url} does not answer after ${position}: ${describe(asked)}`)
      await pause(RETRY_MS)
    }
  }
}

export const describe = (asked: Awaited<ReturnType<typeof exchange>>): string =>
  asked.outcome === 'answer' ? `${asked.answer.status} ${JSON.stringify(asked.answer.body)}` : asked.outcome

/** Waits until both projections have folded the log to the end that it has now. */
export async function untilCaughtUp(observer: Observer): Promise<void> {
  const ends = await observer.ends()
  const offsets = ends.map((end) => end - 1)
  await observer.untilFolded('long-term', offsets, TIMEOUT_MS)
  await observer.untilFolded('working-memory', offsets, TIMEOUT_MS)
}
