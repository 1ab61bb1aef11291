import { EVENTS_PARTITIONS, OPERATIONS_PARTITIONS } from '../../domain/audit/audit-topics.ts'
import { PARTITIONS } from '../../domain/partition.ts'
import { COMMANDS_TOPIC, EVENTS_TOPIC, KEYS_TOPIC, OPERATIONS_TOPIC } from '../kafka/topic-catalogue.ts'

export interface ArchivedTopic {
  /** Without the prefix. */
  readonly name: string
  readonly partitions: number
  /**
   * `whole`: every record there ever was. `trimmed`: from some offset on. `compacted`: the last record of each key, so that offsets
   * have gaps, and what was overwritten has to leave the archive too.
   */
  readonly kind: 'whole' | 'trimmed' | 'compacted'
}

/**
 * In the order in which a round reads them. Anchors come before what they speak of: one that was signed meanwhile would tell of records
 * that the archive lacks. Keys come behind the log: a data key is durable before the first record under it, so they are at least
 * those that the archived records need.
 */
export const archivedTopics: readonly ArchivedTopic[] = [
  { name: EVENTS_TOPIC, partitions: EVENTS_PARTITIONS, kind: 'whole' },
  { name: OPERATIONS_TOPIC, partitions: OPERATIONS_PARTITIONS, kind: 'trimmed' },
  { name: COMMANDS_TOPIC, partitions: PARTITIONS, kind: 'whole' },
  { name: KEYS_TOPIC, partitions: 1, kind: 'compacted' },
]
