import { EVENTS_PARTITIONS, OPERATIONS_PARTITIONS } from '../../domain/audit/audit-topics.ts'
import { PARTITIONS } from '../../domain/partition.ts'

/** A topic as it must be; names, partitions and durability are the product's contract. */
export interface TopicDefinition {
  readonly name: string
  readonly partitions: number
  readonly configs: Readonly<Record<string, string>>
}

export interface TopicOptions {
  /** Put before each name, so that several systems can share a cluster. Default: none. */
  readonly prefix?: string
  readonly replication: number
  readonly minInsync: number
}

export const COMMANDS_TOPIC = 'memory.commands'
export const KEYS_TOPIC = 'memory.keys'
export const OPERATIONS_TOPIC = 'audit.operations'
export const EVENTS_TOPIC = 'audit.events'

const A_DAY_MS = 24 * 60 * 60 * 1_000
const KEY_COMPACTION_LAG_MS = String(A_DAY_MS)
/** A segment is closed by the first record after a day, and compacted within another. */
export const KEY_COMPACTION_WITHIN_MS = 2 * A_DAY_MS

const UNLIMITED = '-1'
const MAX_MESSAGE_BYTES = String(4 << 20)
const A_WEEK_MS = String(7 * 24 * 60 * 60 * 1_000)
const ANY_TIME = '9223372036854775807'

const DURABLE = {
  'compression.type': 'producer',
  'max.message.bytes': MAX_MESSAGE_BYTES,
  // An out-of-sync replica must never become the log of record: it would forget what was acknowledged.
  'unclean.leader.election.enable': 'false',
} as const
const KEPT = {
  ...DURABLE,
  'cleanup.policy': 'delete',
  'retention.ms': UNLIMITED,
  'retention.bytes': UNLIMITED,
} as const

/** The topics of the system. `memory.keys` has one partition: which key of a slot is the first is decided by its offset. */
export function topicCatalogue({ prefix = '', minInsync }: TopicOptions): readonly TopicDefinition[] {
  const define = (name: string, partitions: number, configs: Readonly<Record<string, string>>): TopicDefinition => ({
    name: `${prefix}${name}`,
    partitions,
    configs: { ...configs, 'min.insync.replicas': String(minInsync) },
  })
  return [
    define(COMMANDS_TOPIC, PARTITIONS, {
      ...KEPT,
      // Brokers from 4.0 on refuse a record whose time is an hour ahead of theirs (KIP-937); known time bears any clock.
      'message.timestamp.type': 'CreateTime',
      'message.timestamp.after.max.ms': ANY_TIME,
    }),
    define(KEYS_TOPIC, 1, {
      ...DURABLE,
      'cleanup.policy': 'compact',
      // What a destroyed key overwrote must go, however little else is written (KIP-354).
      'max.compaction.lag.ms': KEY_COMPACTION_LAG_MS,
      'segment.ms': KEY_COMPACTION_LAG_MS,
    }),
    define(OPERATIONS_TOPIC, OPERATIONS_PARTITIONS, KEPT),
    define(EVENTS_TOPIC, EVENTS_PARTITIONS, KEPT),
    define('metrics.streams', 3, { ...KEPT, 'retention.ms': A_WEEK_MS }),
  ]
}
