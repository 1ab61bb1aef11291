// What a replay of the audit costs, beside hashing the same bytes and nothing else:
//   node test/bench/audit.ts [entries]        (default 1,000,000)
// Makes a data directory whose audit.operations holds the entries, chains and anchors it as a server does, and replays it.
import { hash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { genesisRecord } from '../../commands/genesis-record.ts'
import { chainStart } from '../../domain/audit/chain.ts'
import { anchorRecord, operationRecord } from '../../infra/audit/audit-writer.ts'
import { replayInThreads } from '../../infra/audit/embedded/replay-in-threads.ts'
import { loadSigningKey } from '../../infra/crypto/signing-key.ts'
import { auditLogTable } from '../../infra/sqlite/audit/audit-log.ts'
import { prepareAudit } from '../../infra/sqlite/audit/prepare-audit.ts'
import { openSqliteAuditStore } from '../../infra/sqlite/audit/sqlite-audit-store.ts'
import { openForWriting } from '../../infra/sqlite/data-dir/open-database.ts'
import { createLog } from '../../infra/sqlite/log/create-log.ts'
import { logSchema } from '../../infra/sqlite/log/log-schema.ts'
import { packRecords } from '../../infra/sqlite/log/pack-records.ts'
import { AnchorSchedule } from '../../projections/audit/anchor-schedule.ts'
import { createAuditProjection } from '../../projections/audit/audit-projection.ts'
import { operationReader } from '../../projections/audit/read-audited-record.ts'
import { createAuditCodec } from '../../schemas/audit-codec.ts'
import { createCommandCodec } from '../../schemas/command-codec.ts'
import { operation } from '../support/audited-operation.ts'

const ENTRIES = Number(process.argv[2] ?? 1_000_000)
const BATCH = 1_000
const TENANTS = 200

const folder = mkdtempSync(join(tmpdir(), 'somabrain-bench-audit-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const codec = createAuditCodec()
const signingKey = loadSigningKey(folder, null)
const files = prepareAudit(folder)
createLog(join(folder, logSchema.file), (partition, generation) =>
  genesisRecord(createCommandCodec(), partition, generation, 0),
)

const seconds = (since: number): number => (performance.now() - since) / 1000
const rate = (since: number): string => `${Math.round(ENTRIES / seconds(since)).toLocaleString('en-US')}/s`

const operationOf = (i: number) => ({
  ...operation({
    at: 1_790_000_000_000 + i,
    tenant: `tenant-${i % TENANTS}`,
    principal: `principal-${i % 1000}`,
    credential: 'jwt',
    results: i % 11,
    requestId: crypto.randomUUID(),
  }),
  id: crypto.randomUUID(),
  times: 1,
})

const database = openForWriting(files.auditLog, {
  synchronous: 'normal',
  checkpointBytes: 64 << 20,
  cacheBytes: 64 << 20,
})
const operations = auditLogTable(database, files.auditLog, 'operations')
const events = auditLogTable(database, files.auditLog, 'events')
for (let i = 0; i < ENTRIES; i += BATCH) {
  const batch = Array.from({ length: Math.min(BATCH, ENTRIES - i) }, (_, j) =>
    operationRecord(codec, operationOf(i + j)),
  )
  operations.append(packRecords(batch))
}

const store = openSqliteAuditStore(files.audit)
const schedule = new AnchorSchedule({
  signer: signingKey,
  publish: async (anchors) => events.append(packRecords(anchors.map((anchor) => anchorRecord(codec, anchor)))),
  now: Date.now,
  everyEntries: BATCH,
  everyMs: Number.POSITIVE_INFINITY,
})
const projection = createAuditProjection({
  topic: 'audit.operations',
  store,
  read: operationReader(codec),
  chained: (partition, checkpoint) => schedule.chained({ topic: 'audit.operations', partition }, checkpoint),
})
const chaining = performance.now()
for (let partition = 0; partition < 6; partition++) {
  for (let from = await projection.checkpoint(partition); ; ) {
    const records = await operations.read(partition, from.offset + 1, { records: BATCH, bytes: 1 << 30 })
    if (records.length === 0) break
    const result = await projection.fold(partition, from, records)
    if (result.outcome !== 'moved') throw new Error(result.outcome)
    from = result.checkpoint
    await schedule.anchor()
  }
}
await schedule.anchor(true)
const chained = rate(chaining)
store.close()

// The raw limit: the same bytes, read already, each hashed once behind a value of 32 bytes.
let rawSeconds = 0
let bytes = 0
for (let partition = 0; partition < 6; partition++) {
  let value = chainStart({ topic: 'audit.operations', partition })
  for (let next = 0; ; ) {
    const records = await operations.read(partition, next, { records: 50_000, bytes: 1 << 30 })
    if (records.length === 0) break
    const buffers = records.map(({ key, value: body }) => Buffer.concat([Buffer.alloc(56), key, body]))
    const begun = performance.now()
    for (const buffer of buffers) {
      buffer.set(value)
      value = hash('sha256', buffer, 'buffer')
      bytes += buffer.length
    }
    rawSeconds += seconds(begun)
    next += records.length
  }
}
database.close()

const replaying = performance.now()
const cpuBefore = process.cpuUsage()
const publicKeys = [signingKey.publicKeyPem]
const { findings, chains } = await replayInThreads({ dataDir: folder, publicKeys, since: null }, () => undefined)
const replaySeconds = seconds(replaying)
const { user, system } = process.cpuUsage(cpuBefore)

console.log(
  JSON.stringify(
    {
      entries: ENTRIES,
      bytesPerEntry: Math.round(bytes / ENTRIES),
      anchors: chains.reduce((sum, chain) => sum + chain.anchors, 0),
      findings: findings.length,
      chained,
      replaySeconds: Number(replaySeconds.toFixed(2)),
      // On a machine that others use too, this is what an idle one would take.
      replayCpuSeconds: Number(((user + system) / 1e6).toFixed(2)),
      replayed: `${Math.round(ENTRIES / replaySeconds).toLocaleString('en-US')}/s`,
      sha256: `${Math.round(ENTRIES / rawSeconds).toLocaleString('en-US')}/s`,
      ofRawSha256: Number((rawSeconds / replaySeconds).toFixed(3)),
    },
    null,
    2,
  ),
)
