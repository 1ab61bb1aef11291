import type { Checkpoint } from '../domain/checkpoint.ts'
import type { Scope } from '../domain/names.ts'
import { PARTITIONS, partitionKey, partitionOf } from '../domain/partition.ts'
import { awaitFold, freshnessOf } from './freshness.ts'
import type { Answer, Question } from './index-question.ts'
import type { MemoryIndex } from './memory-index.ts'
import { checkpointText } from './position-text.ts'
import type { QueryContext } from './query-context.ts'

export interface FreshRead<T> {
  readonly value: T
  readonly checkpoint: Checkpoint
  /** Of the checkpoint, for the answer. */
  readonly position: string
  readonly degraded: readonly string[]
}

/** Asks a namespace's view, as fresh as `after` asks. */
export async function freshRead<Name extends keyof MemoryIndex>(
  context: QueryContext,
  scope: Scope,
  { after, allowStale }: { readonly after: string | null; readonly allowStale: boolean },
  question: Question<MemoryIndex, Name>,
): Promise<FreshRead<Answer<MemoryIndex, Name>>> {
  const partition = partitionOf(partitionKey(scope))
  const wanted = await freshnessOf(after, partition, context.progress, context.defaultAfter)
  const lag = await awaitFold(wanted, partition, context.progress, context.limits.visibleWaitMs)
  const wish = { offset: lag ? -1 : wanted.offset, allowStale }
  const { value, checkpoint, without } = await context.views.read(scope, wish, question)
  // It is the log that keys come from when they are away; the view stands before what was written under them.
  const log = context.progress.logAnswers() && without !== 'keys' ? [] : ['log']
  const degraded = [...log, ...(lag ? ['lag'] : []), ...(without === 'store' ? ['stale'] : [])]
  return { value, checkpoint, position: checkpointText(partition, checkpoint), degraded }
}

/**
 * Where every answer includes what was written before it was asked, waits until the partitions have reached their heads
 * of now. Resolves to whether they have.
 */
export async function awaitHeads(context: QueryContext, partitions: readonly number[] = ALL): Promise<boolean> {
  const { progress, limits } = context
  if (context.defaultAfter !== 'latest') return true
  const waits = partitions
    .map((partition) => ({ partition, head: progress.head(partition) }))
    .filter(({ partition, head }) => progress.folded(partition) < head)
    .map(({ partition, head }) => progress.waitForFold(partition, head, limits.visibleWaitMs))
  return (await Promise.all(waits)).every(Boolean)
}

const ALL: readonly number[] = Array.from({ length: PARTITIONS }, (_, partition) => partition)
