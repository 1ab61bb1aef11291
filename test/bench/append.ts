import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { NewRecord } from '../../commands/ports/log-writer.ts'
import { openEmbeddedStores } from '../../infra/sqlite/open-embedded-stores.ts'

// node test/bench/append.ts: LogWriter.append, one call at a time, against bare node:sqlite inserts of the same bytes in
// the same batches on a thread of nothing else. Both fsync each batch. Records that are spread over 12 partitions touch
// 12 pages where the bare table touches the last one only.
const VALUE_BYTES = 1_400
const ROUNDS = 3
const SIZES = [
  { batch: 1, partitions: 1, records: 1_500 },
  { batch: 16, partitions: 1, records: 8_000 },
  { batch: 16, partitions: 12, records: 8_000 },
  { batch: 100, partitions: 1, records: 20_000 },
  { batch: 100, partitions: 12, records: 20_000 },
  { batch: 1_000, partitions: 1, records: 40_000 },
  { batch: 1_000, partitions: 12, records: 40_000 },
]

const folder = mkdtempSync(join(tmpdir(), 'somabrain-bench-'))
try {
  for (const { batch, partitions, records } of SIZES) {
    const raw: number[] = []
    const append: number[] = []
    // In turns, so that whatever else the machine does falls on both.
    for (let round = 0; round < ROUNDS; round++) {
      raw.push(rawInserts(batch, records))
      append.push(await appends(batch, partitions, records))
    }
    const best = { raw: Math.max(...raw), append: Math.max(...append) }
    const figures = { batch, partitions, rawRecordsPerSecond: best.raw, appendRecordsPerSecond: best.append }
    console.log(JSON.stringify({ ...figures, ratio: Number((best.append / best.raw).toFixed(2)) }))
  }
} finally {
  rmSync(folder, { recursive: true })
}

function record(n: number, partitions = 1): NewRecord {
  return {
    partition: n % partitions,
    key: Buffer.from('acme/default'),
    value: Buffer.alloc(VALUE_BYTES, n),
    headers: { ce_id: `0190a7c0-0000-7000-8000-${n}`, ce_type: 'Remember', ce_source: 'bench', ce_specversion: '1.0' },
    timestamp: 1_760_000_000_000 + n,
  }
}

async function appends(batch: number, partitions: number, records: number): Promise<number> {
  const path = join(folder, 'data')
  const makeGenesis = (partition: number): NewRecord => ({ ...record(0), partition })
  const stores = await openEmbeddedStores({ path, makeGenesis, foldVersion: 1 })
  const batches = Array.from({ length: records / batch }, (_, b) =>
    Array.from({ length: batch }, (_, i) => record(b * batch + i, partitions)),
  )
  const begin = performance.now()
  for (const batchOfRecords of batches) {
    const results = await stores.logWriter.append(batchOfRecords)
    if (results.some(({ status }) => status !== 'appended')) throw new Error('an append failed')
  }
  const ms = performance.now() - begin
  await stores.close()
  rmSync(path, { recursive: true })
  return Math.round((records / ms) * 1_000)
}

/** One table, one index-free insert a record, as many bytes as the log stores for it. */
function rawInserts(batch: number, records: number): number {
  const file = join(folder, 'raw.db')
  const database = new DatabaseSync(file)
  database.exec('pragma page_size = 8192; pragma journal_mode = wal; pragma synchronous = full')
  database.exec('pragma wal_autocheckpoint = 2048')
  database.exec('create table records (n integer primary key, body blob not null)')
  const insert = database.prepare('insert into records values (?, ?)')
  const { key, headers, value } = record(1)
  const body = Buffer.alloc(16 + key.length + JSON.stringify(headers).length + value.length, 1)
  const begin = performance.now()
  for (let n = 0; n < records; n += batch) {
    database.exec('begin')
    for (let i = 0; i < batch; i++) insert.run(n + i, body)
    database.exec('commit')
  }
  const ms = performance.now() - begin
  database.close()
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
  return Math.round((records / ms) * 1_000)
}
