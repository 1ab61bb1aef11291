import type { Batch, EachBatchPayload } from 'kafkajs'
import type { Logger } from 'pino'
import type { LogRecord } from '../../projections/ports/log-reader.ts'
import type { PartitionState, Projector } from '../../projections/projector.ts'
import type { AssignedPartitions } from './assigned-partitions.ts'
import { logRecordOf } from './log-record-of.ts'

export interface FoldBatchDeps {
  readonly topic: string
  readonly projector: Projector
  readonly partitions: AssignedPartitions
  readonly logger: Logger
  readonly onBug: (error: Error) => void
  /** Records that are folded at a time: between two slices a batch can be given up. */
  readonly sliceRecords: number
}

/** kafkajs sends one only when its own interval has passed. */
const HEARTBEAT_EVERY_MS = 500
const MUST_REJOIN = new Set([
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'NOT_COORDINATOR_FOR_GROUP',
])

/**
 * Folds one batch as far as it can. Rejects only with what kafkajs itself threw out of a heartbeat or a commit, which makes
 * it join the group anew; any other error out of a handler would make it deliver the same batch for ever (a plain error) or
 * stop for good with the process alive (a TypeError).
 */
export async function foldBatch(deps: FoldBatchDeps, payload: EachBatchPayload): Promise<void> {
  const { projector, partitions } = deps
  const { batch } = payload
  const { partition } = batch
  const expected = partitions.position(partition)
  let state = projector.state(partition)
  // Not fed: it waits, stopped, or is being taken, and will be sought.
  if (expected === undefined) return
  // Fed, and yet not ready: a fold that went on after a heartbeat had ended its batch came to this, and nobody saw it.
  if (state.name === 'stopped') return partitions.halt(partition)
  if (state.name !== 'ready') return partitions.takeAgain(partition, 'later')
  // A fetch from elsewhere means that the log does not hold what was asked for, or that kafkajs lost a seek: what lies
  // between must neither be passed over nor taken for folded. Taking the partition compares the checkpoint with the log.
  if (fetchedOffset(batch) !== expected) return partitions.takeAgain(partition, 'now')

  const { epoch } = partitions
  const records = batch.messages.map((message) => logRecordOf(partition, message))
  for (let rest = after(records, state.checkpoint.offset); rest.length > 0; ) {
    const offered = await offerSlice(deps, payload, rest.slice(0, deps.sliceRecords))
    if (offered === null || epoch !== partitions.epoch) return
    if (offered.name === 'stopped') return partitions.halt(partition)
    if (offered.name !== 'ready') return partitions.takeAgain(partition, 'later')
    state = offered
    const left = after(rest, state.checkpoint.offset)
    // The store is behind this batch: what is missing comes first.
    if (left.length === rest.length) return partitions.seek(partition, state.checkpoint.offset + 1)
    rest = left
    await payload.heartbeat()
    if (epoch !== partitions.epoch) return
  }
  await finish(deps, payload, state.checkpoint.offset)
}

/** The state that a slice led to, or `null` when the fold has a bug; heartbeats go on meanwhile. */
async function offerSlice(
  { projector, onBug }: FoldBatchDeps,
  { batch, heartbeat }: EachBatchPayload,
  slice: readonly LogRecord[],
): Promise<PartitionState | null> {
  const folding = projector.offer(batch.partition, slice).catch((error: Error) => {
    onBug(error)
    return null
  })
  let timer: NodeJS.Timeout | undefined
  const lost = new Promise<never>((_, reject) => {
    timer = setInterval(() => heartbeat().catch(reject), HEARTBEAT_EVERY_MS)
  })
  try {
    return await Promise.race([folding, lost])
  } finally {
    clearInterval(timer)
  }
}

/** Goes on behind the batch, which may end in records that are not delivered (control records), or behind the store. */
async function finish(deps: FoldBatchDeps, payload: EachBatchPayload, folded: number): Promise<void> {
  const { topic, partitions, logger } = deps
  const { batch, resolveOffset, commitOffsetsIfNecessary } = payload
  const { partition } = batch
  const last = Number(batch.lastOffset())
  const next = Math.max(folded, last) + 1
  if (folded > last) partitions.seek(partition, next)
  else {
    resolveOffset(String(last))
    partitions.moved(partition, next)
  }
  if (!partitions.isCommitDue(partition, next >= Number(batch.highWatermark))) return
  try {
    await commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset: String(next) }] }] })
  } catch (error) {
    if (MUST_REJOIN.has((error as { type?: string }).type ?? '')) throw error
    logger.debug({ err: error, partition }, "the group's offset was not written; only lag tools read it")
  }
}

const after = (records: readonly LogRecord[], offset: number): readonly LogRecord[] => {
  const first = records.findIndex((record) => record.offset > offset)
  return first === -1 ? [] : records.slice(first)
}

/** It is there at run time, and missing in kafkajs' types. */
const fetchedOffset = (batch: Batch): number =>
  Number((batch as Batch & { readonly fetchedOffset: string }).fetchedOffset)
