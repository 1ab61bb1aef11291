import type { Scope } from '../domain/names.ts'
import { PARTITIONS, partitionKey, partitionOf } from '../domain/partition.ts'
import { decodePosition } from '../domain/position.ts'
import { awaitFold, freshnessOf, notYetVisible } from './freshness.ts'
import { checkpointText } from './position-text.ts'
import type { QueryContext } from './query-context.ts'

export interface RowsStand {
  /** What is read of long-term memory from now on includes at least this. */
  readonly position: string
  readonly degraded: readonly string[]
}

/** Before a memory is looked for of which only the id is known: waits for what `after` asks, in whichever partition that is. */
export async function awaitAfter(context: QueryContext, after: string | null): Promise<void> {
  const { progress, limits, defaultAfter } = context
  if (after === null) return
  const named = decodePosition(after)
  const partitions = named === null ? Array.from({ length: PARTITIONS }, (_, i) => i) : [named.partition]
  const waits = partitions.map(async (partition) => {
    const wanted = await freshnessOf(after, partition, progress, defaultAfter)
    await awaitFold(wanted, partition, progress, limits.visibleWaitMs)
  })
  await Promise.all(waits)
}

/** Before rows of a namespace are read without its view: waits until they are as fresh as `after` asks. */
export async function freshRows(context: QueryContext, scope: Scope, after: string | null): Promise<RowsStand> {
  const { progress, reader, limits } = context
  const partition = partitionOf(partitionKey(scope))
  const wanted = await freshnessOf(after, partition, progress, context.defaultAfter)
  const lag = await awaitFold(wanted, partition, progress, limits.visibleWaitMs)
  const checkpoint = await reader.checkpoint(partition)
  if (wanted.strict && checkpoint.offset < wanted.offset) {
    throw notYetVisible('Long-term memory is behind what this process has seen of it: it is being folded again.')
  }
  const log = progress.logAnswers() ? [] : ['log']
  return { position: checkpointText(partition, checkpoint), degraded: [...log, ...(lag ? ['lag'] : [])] }
}
