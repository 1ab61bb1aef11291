import { setTimeout as pause } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { PARTITIONS } from '../../domain/partition.ts'
import { createLongTermProjection } from '../../projections/long-term/long-term-projection.ts'
import { type FoldMeasure, FoldStopwatch } from '../../projections/measured-fold.ts'
import { Projector } from '../../projections/projector.ts'
import { createCommandCodec } from '../../schemas/command-codec.ts'
import { openSqliteLogReader } from '../sqlite/log/sqlite-log-reader.ts'
import { openSqliteLongTermStore } from '../sqlite/long-term/sqlite-long-term-store.ts'
import type { FoldPosition } from '../telemetry/fold-lag.ts'
import { giveWay } from '../threads/give-way.ts'
import type { ProjectorFiles, ProjectorReport, ProjectorRequest } from './projector-protocol.ts'

/** The projector's thread: folds the log into long-term memory, away from the thread that answers HTTP. */
const BATCH = { records: 1000, bytes: 4 << 20 }
const RETRY_DELAY_MS = 500

const port = parentPort
if (port === null) throw new Error('projector-worker.ts runs as a worker thread')
giveWay()

const { log: logFile, state: stateFile } = workerData as ProjectorFiles
const log = openSqliteLogReader(logFile)
const store = openSqliteLongTermStore(stateFile)
const report = (message: ProjectorReport): void => port.postMessage(message)

const stopwatch = new FoldStopwatch(() => performance.now())
/** Of batches that moved: they go with the report of the move. */
const measures = new Map<number, FoldMeasure>()
const projection = stopwatch.projection(
  createLongTermProjection(stopwatch.longTermStore(store), createCommandCodec()),
  (measure) => {
    if (measure.outcome === 'moved') measures.set(measure.partition, measure)
    else report({ kind: 'refused', measure })
  },
)

const projector = new Projector(
  projection,
  log,
  {
    moved: (partition, { offset, knownTime }, records) => {
      const measure = measures.get(partition) ?? null
      measures.delete(partition)
      report({ kind: 'moved', partition, position: { offset, knownTime }, records, measure })
    },
    deadLetters: (partition, count) => report({ kind: 'dead-letters', partition, count }),
    waiting: (partition, reason) => report({ kind: 'waiting', partition, reason }),
    stopped: (partition, reason) => report({ kind: 'stopped', partition, reason }),
  },
  { batch: BATCH, retryDelayMs: RETRY_DELAY_MS, pause: (ms) => pause(ms) },
)

/** Partitions that grew while they were being folded: they are looked at once more. */
const grown = new Set<number>()
const running = new Map<number, Promise<void>>()
let closing = false

function run(partition: number): void {
  grown.add(partition)
  if (running.has(partition) || closing) return
  running.set(
    partition,
    foldWhileGrowing(partition).finally(() => running.delete(partition)),
  )
}

async function foldWhileGrowing(partition: number): Promise<void> {
  while (grown.delete(partition)) await projector.catchUp(partition)
}

/** Begins with each partition, unless it is told to close before it came to all of them. */
async function takeAll(): Promise<void> {
  for (let partition = 0; partition < PARTITIONS && !closing; partition++) {
    await projector.take(partition)
    run(partition)
  }
}

async function close(): Promise<void> {
  closing = true
  await taken
  for (let partition = 0; partition < PARTITIONS; partition++) projector.release(partition)
  grown.clear()
  await Promise.all(running.values())
  store.close()
  log.close()
  port?.close()
}

port.on('message', (request: ProjectorRequest) => {
  if (request.kind === 'grown') for (const partition of request.partitions) run(partition)
  else close()
})

const folded: FoldPosition[] = []
for (let partition = 0; partition < PARTITIONS; partition++) {
  const { offset, knownTime } = await store.checkpoint(partition)
  folded.push({ offset, knownTime })
}
report({ kind: 'ready', folded })
const taken = takeAll()
