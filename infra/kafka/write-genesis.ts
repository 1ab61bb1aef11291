import { requests } from 'kafkajs/src/protocol/requests/index.js'
import type { NewRecord } from '../../commands/ports/log-writer.ts'
import { PARTITIONS } from '../../domain/partition.ts'
import type { LogReader } from '../../projections/ports/log-reader.ts'
import type { CommandCodec } from '../../schemas/command-codec.ts'
import { PartitionAppend } from './partition-append.ts'
import type { ProduceResponse } from './produce-response.ts'
import { type PartitionStart, readPartitionStart } from './read-genesis.ts'
import type { TopicCluster } from './topic-cluster.ts'

/**
 * Whoever opens a log writes as this one producer, and each of its records is the producer's first in its partition. A
 * broker drops a producer's repeated sequence number and answers with the offset of the first (KIP-98): so of any number
 * of processes that open the same log at once, one writes and all others find out what it wrote. Brokers hand out ids from
 * 0 upwards and do not reach this one.
 */
const GENESIS_PRODUCER = '4611686018427387904'
const GENESIS_EPOCH = 0
const FIRST_SEQUENCE = 0
const PRODUCE_API_KEY = 0
const ALL_REPLICAS = -1
const LIMITS = { tryMs: 5_000, totalMs: 60_000 } as const

export type MakeGenesis = (partition: number, generation: string) => NewRecord

export interface GenesisTarget {
  readonly cluster: TopicCluster
  readonly reader: LogReader
  readonly codec: CommandCodec
}

/**
 * Opens each partition that is empty with a Genesis of one generation: the log's own where it has one, else `newGeneration`.
 * May run any number of times, at once, and be cut off anywhere. Resolves with the generation. Throws when a partition
 * begins with something else.
 */
export async function writeGenesis(
  target: GenesisTarget,
  newGeneration: string,
  makeGenesis: MakeGenesis,
): Promise<string> {
  const starts = await Promise.all(allPartitions.map((partition) => startOf(target, partition)))
  const existing = starts.find((start) => start.kind === 'genesis')
  // Partition 0 decides: a generation is only ever given to the others after it stands there.
  const generation = existing?.generation ?? (await open(target, makeGenesis(0, newGeneration)))
  for (const [partition, start] of starts.entries()) {
    const found = start.kind === 'genesis' ? start.generation : await open(target, makeGenesis(partition, generation))
    if (found === generation) continue
    throw new Error(
      `partition ${partition} of ${target.cluster.topic} is of generation ${found}, others of ${generation}`,
    )
  }
  return generation
}

const allPartitions = Array.from({ length: PARTITIONS }, (_, partition) => partition)

async function startOf(target: GenesisTarget, partition: number): Promise<PartitionStart> {
  const start = await readPartitionStart(target.reader, partition, target.codec)
  if (start.kind !== 'other') return start
  throw new Error(`partition ${partition} of ${target.cluster.topic} begins with ${start.what} instead of a Genesis`)
}

/** Writes the record unless the partition has its Genesis, and resolves with the generation that it then has. */
async function open(target: GenesisTarget, record: NewRecord): Promise<string> {
  const { partition } = record
  const append = new PartitionAppend(partition)
  append.add(0, record)
  await target.cluster.call(async (cluster, signal) => {
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(target.cluster.topic, [partition]))
    if (nodeId === undefined) throw new RangeError(`partition ${partition} of ${target.cluster.topic} does not exist`)
    const broker = await cluster.findBroker({ nodeId })
    const produceRequest = broker.lookupRequest(PRODUCE_API_KEY, requests.Produce)
    // As text: kafkajs takes the number 0 for "not given" and puts its own clock there.
    const messages = append.messages.map((message) => ({ ...message, timestamp: String(message.timestamp) }))
    const partitions = [{ partition, firstSequence: FIRST_SEQUENCE, messages }]
    signal.throwIfAborted()
    const request = produceRequest({
      acks: ALL_REPLICAS,
      timeout: LIMITS.tryMs,
      compression: 0,
      producerId: GENESIS_PRODUCER,
      producerEpoch: GENESIS_EPOCH,
      topicData: [{ topic: target.cluster.topic, partitions }],
    })
    return (await broker.connectionPool.send(request)) as ProduceResponse
  }, LIMITS)
  const start = await startOf(target, partition)
  if (start.kind === 'genesis') return start.generation
  throw new Error(`partition ${partition} of ${target.cluster.topic} is still empty after its Genesis was acknowledged`)
}
