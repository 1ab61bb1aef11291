import type { Redis } from 'ioredis'
import { WORKING_MEMORY_VERSION } from '../../../domain/working-memory/working-memory.ts'
import type { KafkaSettings } from '../../kafka/kafka-settings.ts'
import { forgetWorkingMemory } from '../../redis/forget-working-memory.ts'
import { heldVersions } from '../../redis/held-versions.ts'
import { everyPartition } from '../cluster-parts.ts'
import { consumerGroup, workingMemoryName } from '../projection-names.ts'
import { membersOf, removeGroup } from './remove-group.ts'

export interface DropWorkingMemoryDeps {
  readonly kafka: KafkaSettings
  /** Before names of groups and keys alike. */
  readonly topicPrefix: string
  /** Of the operator: with time for commands that a request would not be given. */
  readonly redis: Redis
  readonly pause: (ms: number) => Promise<void>
}

export type DroppedWorkingMemory =
  /** With the data of so many namespaces. */
  | { readonly outcome: 'dropped'; readonly namespaces: number }
  /** This release reads and folds it. */
  | { readonly outcome: 'own-version' }
  | { readonly outcome: 'unknown-version'; readonly held: readonly number[] }
  /** So many projectors of its release run, which would begin it again at once. */
  | { readonly outcome: 'still-folded'; readonly projectors: number }

/**
 * Drops the working memory that another release left in Redis, with the consumer group of its projectors. Query processes of
 * that release that still run seed for themselves what they are asked for.
 */
export async function dropWorkingMemory(version: number, deps: DropWorkingMemoryDeps): Promise<DroppedWorkingMemory> {
  const { kafka, topicPrefix, redis, pause } = deps
  if (version === WORKING_MEMORY_VERSION) return { outcome: 'own-version' }
  const held = await heldVersions(redis, topicPrefix)
  if (!held.includes(version)) return { outcome: 'unknown-version', held }
  const group = consumerGroup(topicPrefix, workingMemoryName(version))
  const projectors = await membersOf(kafka, group)
  if (projectors > 0) return { outcome: 'still-folded', projectors }
  let namespaces = 0
  for (const partition of everyPartition) {
    namespaces += await forgetWorkingMemory(redis, topicPrefix, partition, version)
  }
  // One that came meanwhile has begun it again.
  if (!(await removeGroup(kafka, group, pause))) {
    return { outcome: 'still-folded', projectors: await membersOf(kafka, group) }
  }
  return { outcome: 'dropped', namespaces }
}
