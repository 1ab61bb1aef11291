import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { ExecutionContext } from 'ava'
import type { AuditedTopic } from '../../../domain/audit/audit-topics.ts'
import { createAnchorCheck } from '../../../infra/audit/anchor-check.ts'
import { openDataDirAudit } from '../../../infra/audit/embedded/open-data-dir-audit.ts'
import { trustedKeys } from '../../../infra/audit/trusted-keys.ts'
import { startEmbedded } from '../../../infra/embedded/start-embedded.ts'
import { recordCrc } from '../../../infra/sqlite/log/record-body.ts'
import { createLogger } from '../../../infra/telemetry/logger.ts'
import { createMetrics } from '../../../infra/telemetry/metrics.ts'
import { replayAudit } from '../../../projections/audit/replay-audit.ts'
import { operation } from '../../support/audited-operation.ts'
import { identity, rememberRequest, waiting } from '../../support/embedded.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

export const everything = {
  from: null,
  to: null,
  action: null,
  principal: null,
  namespace: null,
  limit: 500,
  cursor: null,
}

/** Writes and reads, chained and anchored: the folder is closed when this resolves. */
export async function audit(dataDir: string, count: number): Promise<void> {
  const embedded = await startEmbedded({
    dataDir,
    masterKey: null,
    embedder: null,
    viewMemoryBytes: 64 << 20,
    clock: Date.now,
    logger: createLogger({ level: 'silent' }),
    metrics: createMetrics({ processMetrics: false }),
    onFatal: (error) => {
      throw error
    },
  })
  const { items } = await embedded.auditApi.page(identity, everything)
  for (let i = 0; i < count; i++) {
    await embedded.commands.remember(waiting(), rememberRequest(`memory ${i}`))
    embedded.audit.record(operation({ requestId: `r-${i}` }))
  }
  await eventually(async () => {
    const page = await embedded.auditApi.page(identity, everything)
    if (page.items.length < items.length + 2 * count) throw new Error('not chained yet')
  })
  await embedded.close()
}

/** A copy that a test may tamper with. */
export function copyOf(t: ExecutionContext, dataDir: string): string {
  const copy = temporaryFolder(t)
  cpSync(dataDir, copy, { recursive: true })
  return copy
}

export function withDatabase<T>(dataDir: string, file: string, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(join(dataDir, file))
  try {
    return work(database)
  } finally {
    database.close()
  }
}

/** What a replay finds, as short text. */
export async function findingsIn(dataDir: string, since: number | null = null): Promise<readonly string[]> {
  const isSigned = createAnchorCheck(trustedKeys({ dataDir, signingKey: null }, []))
  const audit = openDataDirAudit(dataDir)
  const { findings } = await replayAudit({ ...audit, isSigned, since, progress: () => undefined })
  await audit.close()
  return findings.map(({ kind, topic, partition, offset }) => `${kind} ${topic}/${partition}/${offset}`)
}

/** The files and tables of the two audited topics, for the one partition of each that has more than a Genesis. */
export interface Place {
  readonly topic: AuditedTopic
  readonly file: string
  readonly table: string
  readonly partition: number
  readonly last: number
}

export function placesIn(dataDir: string): readonly Place[] {
  const places = [
    ...Array.from({ length: 12 }, (_, n) => ['memory.commands', 'log.db', 'partition', n] as const),
    ...Array.from({ length: 6 }, (_, n) => ['audit.operations', 'audit-log.db', 'operations', n] as const),
  ].map(([topic, file, name, partition]) => {
    const table = `${name}_${partition}`
    const last = withDatabase(dataDir, file, (database) =>
      Number(database.prepare(`select coalesce(max(record_offset), -1) as last from ${table}`).get()?.last),
    )
    return { topic, file, table, partition, last }
  })
  return places.filter(({ last }) => last > 0)
}

export interface StoredRow {
  readonly offset: number
  readonly body: Buffer
}

export const rowsOf = (database: DatabaseSync, table: string): readonly StoredRow[] =>
  database
    .prepare(`select record_offset, body from ${table} order by record_offset`)
    .all()
    .map((row) => ({ offset: Number(row.record_offset), body: Buffer.from(row.body as Uint8Array) }))

/** Writes a table anew, as whoever knows the file's format would: the checksums are right. */
export function rewrite(
  dataDir: string,
  { file, table, partition }: Pick<Place, 'file' | 'table' | 'partition'>,
  change: (bodies: Buffer[]) => void,
): void {
  withDatabase(dataDir, file, (database) => {
    const bodies = rowsOf(database, table).map(({ body }) => body)
    change(bodies)
    database.exec(`begin; delete from ${table}`)
    const insert = database.prepare(`insert into ${table} (record_offset, crc, body) values (?, ?, ?)`)
    for (const [offset, body] of bodies.entries()) insert.run(offset, recordCrc(partition, offset, body), body)
    database.exec('commit')
  })
}
