import fc from 'fast-check'
import { createLongTermProjection } from '../../projections/long-term/long-term-projection.ts'
import type { LongTermStore } from '../../projections/ports/long-term-store.ts'
import { createCommandCodec } from '../../schemas/command-codec.ts'
import { InMemoryLog } from './in-memory-log.ts'
import { scopedCommands } from './in-namespaces.ts'

/** Sizes of batches, taken in turn. */
export const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 10 })

/** Commands of two namespaces, now and then a record that nobody can read, and offsets with gaps. */
export const scopedLogs = scopedCommands.map((list) => {
  const log = new InMemoryLog()
  for (const { scope, command, turn } of list) {
    log.append(scope, command)
    if (turn === 5) log.appendBytes(Buffer.from([0xff, 0]), Buffer.from('not a record \0'), 3)
  }
  return log
})

/** Folds the whole of a log into an empty store, batch by batch. */
export async function foldInBatches(store: LongTermStore, log: InMemoryLog, sizes: readonly number[]): Promise<void> {
  const projection = createLongTermProjection(store, createCommandCodec())
  for (let at = 0, i = 0; at < log.records.length; i += 1) {
    const records = log.records.slice(at, at + sizes[i % sizes.length]!)
    const result = await projection.fold(0, await projection.checkpoint(0), records)
    if (result.outcome !== 'moved') throw new Error(`the fold came to ${JSON.stringify(result)}`)
    at += records.length
  }
}
