import { setTimeout as pause } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import type { SignedAnchor } from '../../../domain/audit/anchor.ts'
import { type AuditedTopic, chainText, everyChain, operationChains } from '../../../domain/audit/audit-topics.ts'
import { AnchorSchedule } from '../../../projections/audit/anchor-schedule.ts'
import { createAuditProjection } from '../../../projections/audit/audit-projection.ts'
import { commandReader, operationReader } from '../../../projections/audit/read-audited-record.ts'
import type { LogReader } from '../../../projections/ports/log-reader.ts'
import { Projector } from '../../../projections/projector.ts'
import { createAuditCodec } from '../../../schemas/audit-codec.ts'
import { createCommandCodec } from '../../../schemas/command-codec.ts'
import { loadSigningKey } from '../../crypto/signing-key.ts'
import { auditLogTable } from '../../sqlite/audit/audit-log.ts'
import { openSqliteAuditStore } from '../../sqlite/audit/sqlite-audit-store.ts'
import { DamagedFileError } from '../../sqlite/data-dir/damaged-file-error.ts'
import { openForWriting } from '../../sqlite/data-dir/open-database.ts'
import { packRecords } from '../../sqlite/log/pack-records.ts'
import { openSqliteLogReader } from '../../sqlite/log/sqlite-log-reader.ts'
import { giveWay } from '../../threads/give-way.ts'
import { anchorRecord } from '../audit-writer.ts'
import { beginBehindTrim } from '../begin-behind-trim.ts'
import type { AuditReport, AuditRequest, AuditWorkerData } from './audit-protocol.ts'
import { yieldingReader } from './yielding-reader.ts'

/**
 * The audit's thread: writes `audit.operations` and `audit.events`, chains both audited topics into the audit table, and
 * signs anchors. One thread for all of it, so that no fsync and no hash of the audit is on the thread that answers HTTP.
 */
const BATCH = { records: 500, bytes: 4 << 20 }
const RETRY_DELAY_MS = 500
const LOOK_EVERY_MS = 250

const port = parentPort
if (port === null) throw new Error('audit-worker.ts runs as a worker thread')
giveWay()
const data = workerData as AuditWorkerData
const report = (message: AuditReport): void => port.postMessage(message)

const codec = createAuditCodec()
const auditLog = openForWriting(data.auditLog, { synchronous: 'full', checkpointBytes: 4 << 20, cacheBytes: 2 << 20 })
const operations = auditLogTable(auditLog, data.auditLog, 'operations')
const events = auditLogTable(auditLog, data.auditLog, 'events')
const log = openSqliteLogReader(data.log)
const store = openSqliteAuditStore(data.audit)
const schedule = new AnchorSchedule({
  signer: loadSigningKey(data.dataDir, data.signingKey),
  publish: async (anchors) => events.append(packRecords(anchors.map((anchor) => anchorRecord(codec, anchor)))),
  now: Date.now,
  everyEntries: data.anchorEveryEntries,
  everyMs: data.anchorEveryMs,
})

const projectorOf = (topic: AuditedTopic, reader: LogReader): Projector => {
  const read = topic === 'memory.commands' ? commandReader(createCommandCodec()) : operationReader(codec)
  const projection = createAuditProjection({
    topic,
    store,
    read,
    chained: (partition, checkpoint) => schedule.chained({ topic, partition }, checkpoint),
  })
  return new Projector(
    projection,
    yieldingReader(reader),
    {
      moved: (_partition, _checkpoint, records) => report({ kind: 'chained', topic, records }),
      deadLetters: () => undefined,
      waiting: (partition, reason) => report({ kind: 'waiting', topic, partition, reason }),
      stopped: (partition, reason) => report({ kind: 'stopped', topic, partition, reason }),
    },
    { batch: BATCH, retryDelayMs: RETRY_DELAY_MS, pause: (ms) => pause(ms) },
  )
}
const projectors: Readonly<Record<AuditedTopic, Projector>> = {
  'memory.commands': projectorOf('memory.commands', log),
  'audit.operations': projectorOf('audit.operations', operations),
}

/** Chains that grew while they were being made: they are looked at once more. */
const grown = new Set<string>()
const running = new Map<string, Promise<void>>()
let closing = false

function run(topic: AuditedTopic, partition: number): void {
  const name = chainText({ topic, partition })
  grown.add(name)
  if (running.has(name) || closing) return
  running.set(
    name,
    chainWhileGrowing(topic, partition, name).finally(() => running.delete(name)),
  )
}

async function chainWhileGrowing(topic: AuditedTopic, partition: number, name: string): Promise<void> {
  try {
    while (grown.delete(name) && !closing) await projectors[topic].catchUp(partition)
  } catch (error) {
    // What the log itself finds wrong is the alarm that this thread is for, and no reason to end it.
    if (!(error instanceof DamagedFileError)) throw error
    report({ kind: 'stopped', topic, partition, reason: error.message })
  }
}

function append({ id, packed }: Extract<AuditRequest, { kind: 'append' }>): void {
  try {
    operations.append(packed)
    report({ kind: 'appended', id })
  } catch (error) {
    report({ kind: 'refused', id, reason: (error as Error).message })
    return
  }
  chainOperations()
}

function chainOperations(): void {
  for (const { topic, partition } of operationChains) run(topic, partition)
}

const version = auditLog.prepare('pragma data_version')
let seenVersion = version.get()?.data_version

/** An operator's verbs append to the log from processes of their own, and nobody else tells of it. */
function chainOfOthers(): void {
  const now = version.get()?.data_version
  if (now !== seenVersion) chainOperations()
  seenVersion = now
}

async function anchor(all: boolean): Promise<void> {
  try {
    const anchors = await schedule.anchor(all)
    if (anchors > 0) report({ kind: 'anchored', anchors })
  } catch (error) {
    report({ kind: 'anchor-failed', reason: (error as Error).message })
  }
}

/** Begins with each chain, unless it is told to close before it came to all of them. */
async function takeAll(): Promise<void> {
  for (const { topic, partition } of everyChain) {
    if (closing) return
    await projectors[topic].take(partition)
    run(topic, partition)
  }
}

/** Ends behind the batches that it is at: what is not chained yet is chained at the next start. */
async function close(): Promise<void> {
  clearInterval(timer)
  closing = true
  await taken
  for (const { topic, partition } of everyChain) projectors[topic].release(partition)
  await Promise.all(running.values())
  await anchor(true)
  store.close()
  log.close()
  auditLog.close()
  port?.close()
}

/** A table that was lost begins behind what was trimmed. */
async function beginOperations(): Promise<void> {
  const trimmed = operationChains.filter(({ partition }) => operations.start(partition) > 0)
  for (const chain of trimmed) {
    if ((await store.checkpoint(chain)).offset >= 0) continue
    const own = (await everyAnchor()).filter((anchor) => chainText(anchor) === chainText(chain))
    const beginning = beginBehindTrim(own, operations.start(chain.partition))
    if (beginning !== null) store.begin(chain, beginning)
  }
}

async function everyAnchor(): Promise<readonly SignedAnchor[]> {
  const everything = { records: Number.MAX_SAFE_INTEGER, bytes: Number.MAX_SAFE_INTEGER }
  const pages = await Promise.all([0, 1, 2].map((partition) => events.read(partition, 0, everything)))
  return pages.flat().flatMap(({ value }) => {
    const read = codec.decodeAnchor(value)
    return read.ok ? [read.value] : []
  })
}

port.on('message', (request: AuditRequest) => {
  if (request.kind === 'append') append(request)
  else if (request.kind === 'close') void close()
  else for (const partition of request.partitions) run('memory.commands', partition)
})

await beginOperations()
const timer = setInterval(() => {
  chainOfOthers()
  void anchor(false)
}, LOOK_EVERY_MS)
report({ kind: 'ready' })
const taken = takeAll()
