import type { Scope } from '../domain/names.ts'
import { partitionKey, partitionOf } from '../domain/partition.ts'
import { awaitFold, freshnessOf, notYetVisible } from './freshness.ts'
import { checkpointText } from './position-text.ts'
import type { QueryContext } from './query-context.ts'

export interface RowsStand {
  /** What is read of long-term memory from now on includes at least this. */
  readonly position: string
  readonly degraded: readonly string[]
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
