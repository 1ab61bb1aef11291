import { lengthPrefixed } from '../length-prefixed.ts'
import { murmur2, PARTITIONS } from '../partition.ts'

/** What is chained: writes stand in the log of record itself, everything else in a topic of its own. */
export type AuditedTopic = 'memory.commands' | 'audit.operations'

export const AUDITED_TOPICS: readonly AuditedTopic[] = ['memory.commands', 'audit.operations']

export const OPERATIONS_PARTITIONS = 6
export const EVENTS_PARTITIONS = 3

export const partitionsOf = (topic: AuditedTopic): number =>
  topic === 'memory.commands' ? PARTITIONS : OPERATIONS_PARTITIONS

/** One partition of an audited topic: what has one order, and so one chain. */
export interface ChainName {
  readonly topic: AuditedTopic
  readonly partition: number
}

export const everyChain: readonly ChainName[] = AUDITED_TOPICS.flatMap((topic) =>
  Array.from({ length: partitionsOf(topic) }, (_, partition) => ({ topic, partition })),
)

/** What may be trimmed: writes are the log of record. */
export const operationChains = everyChain.filter(({ topic }) => topic === 'audit.operations')

/** For messages and maps: `audit.operations/3`. */
export const chainText = ({ topic, partition }: ChainName): string => `${topic}/${partition}`

/** The record key of an operation: all of a tenant's have one order; of those without a tenant too. */
export const operationKey = (tenant: string | null): Buffer =>
  tenant === null ? lengthPrefixed() : lengthPrefixed(tenant)

/** The partition that Kafka's default partitioner gives a keyed record. */
export const operationPartition = (key: Uint8Array): number => (murmur2(key) & 0x7fffffff) % OPERATIONS_PARTITIONS

/** Anchors of one chain stand in one partition of `audit.events`. */
export const anchorPartition = ({ topic, partition }: ChainName): number =>
  (partition + (topic === 'memory.commands' ? 0 : PARTITIONS)) % EVENTS_PARTITIONS
