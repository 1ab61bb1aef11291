import assert from 'node:assert/strict'
import test from 'ava'
import type { EachBatchPayload } from 'kafkajs'
import type { Checkpoint } from '../../../domain/checkpoint.ts'
import { AssignedPartitions } from '../../../infra/kafka/assigned-partitions.ts'
import { foldBatch } from '../../../infra/kafka/fold-batch.ts'
import { createLogger } from '../../../infra/telemetry/logger.ts'
import type { FoldResult, Projection } from '../../../projections/projection.ts'
import { Projector } from '../../../projections/projector.ts'
import { eventually } from '../../support/eventually.ts'

const PARTITION = 3
const NOTHING: Checkpoint = {
  foldVersion: 1,
  generation: 'a'.repeat(16),
  offset: -1,
  lastCommandId: null,
  knownTime: 0,
}
const FOLDED: Checkpoint = { ...NOTHING, offset: 0 }

/** A projection whose folds end when the test says so, over a partition of one record. */
function setUp() {
  const folds: Array<(result: FoldResult) => void> = []
  const projection: Projection = {
    name: 'slow',
    checkpoint: async () => NOTHING,
    fold: () => new Promise((resolve) => folds.push(resolve)),
    commandIdOf: () => null,
  }
  const events = { moved: () => {}, deadLetters: () => {}, waiting: () => {}, stopped: () => {} }
  const log = { read: async () => [], end: async () => 1 }
  const options = { batch: { records: 10, bytes: 1 << 20 }, retryDelayMs: 1, pause: async () => {} }
  const projector = new Projector(projection, log, events, options)
  const bugs: Error[] = []
  const partitions = new AssignedPartitions({
    projector,
    retryDelayMs: 1,
    onBug: (error) => bugs.push(error),
    pause: () => {},
    seek: () => {},
    resume: () => {},
  })
  const logger = createLogger({ level: 'silent' })
  const deps = { topic: 'log', projector, partitions, logger, onBug: () => {}, sliceRecords: 10 }
  const deliver = (heartbeat: () => Promise<void>) => foldBatch(deps, payload(heartbeat))
  return { projector, partitions, folds, bugs, deliver }
}

function payload(heartbeat: () => Promise<void>): EachBatchPayload {
  const message = { offset: '0', key: Buffer.from('key'), value: Buffer.from('value'), timestamp: '0', headers: {} }
  const batch = {
    partition: PARTITION,
    fetchedOffset: '0',
    highWatermark: '1',
    messages: [message],
    lastOffset: () => '0',
  }
  const rest = { resolveOffset: () => {}, commitOffsetsIfNecessary: async () => {} }
  return { batch, heartbeat, ...rest } as unknown as EachBatchPayload
}

test('a fold that outlives its batch and then has to wait is taken up again with the next delivery', async (t) => {
  const { projector, partitions, folds, bugs, deliver } = setUp()
  partitions.assign([PARTITION])
  await eventually(() => assert.equal(partitions.position(PARTITION), 0))

  await t.throwsAsync(deliver(() => Promise.reject(new Error('the connection was reset'))))
  t.is(folds.length, 1)
  folds[0]!({ outcome: 'store-down', cause: new Error('the connection was reset') })
  await eventually(() => assert.equal(projector.state(PARTITION).name, 'waiting'))

  await deliver(async () => {})
  await eventually(() => assert.equal(projector.state(PARTITION).name, 'ready'))
  const folding = deliver(async () => {})
  await eventually(() => assert.equal(folds.length, 2))
  folds[1]!({ outcome: 'moved', checkpoint: FOLDED, deadLetters: 0 })
  await folding
  t.is(partitions.position(PARTITION), 1)
  t.deepEqual(bugs, [])
})
