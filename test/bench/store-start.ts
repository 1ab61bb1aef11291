import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NewRecord } from '../../commands/ports/log-writer.ts'
import type { Checkpoint } from '../../domain/checkpoint.ts'
import { checkInBackground } from '../../infra/sqlite/data-dir/background-check.ts'
import { openSqliteLongTermStore } from '../../infra/sqlite/long-term/sqlite-long-term-store.ts'
import { openEmbeddedStores } from '../../infra/sqlite/open-embedded-stores.ts'
import { BENCH_PARTITION, benchMemory, benchOutcome } from './store-rows.ts'

// node test/bench/store-start.ts [memories]: how long opening a data directory takes, closed in order and after a kill.
const TOTAL = Number(process.argv[2] ?? 100_000)
const BATCH = 1_000

const folder = mkdtempSync(join(tmpdir(), 'somabrain-bench-'))
try {
  const killed = join(folder, 'killed')
  const path = join(folder, 'data')
  const newMs = await openingMs(path)
  await fillStores(path, killed)
  const cleanMs = await openingMs(path)
  const killedMs = await openingMs(killed)
  const stores = await open(path)
  const checkMs = await timed(async () => {
    const found = await checkInBackground(stores.files).found
    if (found.length > 0) throw new Error(`damaged: ${JSON.stringify(found)}`)
  })
  await stores.close()
  console.log(JSON.stringify({ memories: TOTAL, newMs, cleanMs, killedMs, backgroundCheckMs: checkMs }))
} finally {
  rmSync(folder, { recursive: true })
}

function record(n: number): NewRecord {
  const headers = { ce_id: `0190a7c0-0000-7000-8000-${n}`, ce_type: 'Remember', ce_source: 'bench' }
  return { partition: BENCH_PARTITION, key: Buffer.from('k'), value: Buffer.alloc(1_500, n), headers, timestamp: n }
}

function open(path: string) {
  const makeGenesis = (partition: number): NewRecord => ({ ...record(0), partition })
  return openEmbeddedStores({ path, makeGenesis, foldVersion: 1 })
}

async function openingMs(path: string): Promise<number> {
  const begin = performance.now()
  const stores = await open(path)
  const ms = Math.round(performance.now() - begin)
  await stores.close()
  return ms
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begin = performance.now()
  await work()
  return Math.round(performance.now() - begin)
}

/** Fills the stores at `path`; `killed` is what a kill at the end, with nothing closed, leaves on disk. */
async function fillStores(path: string, killed: string): Promise<void> {
  const stores = await open(path)
  const store = openSqliteLongTermStore(stores.files.state)
  let from = await store.checkpoint(BENCH_PARTITION)
  for (let first = 0; first < TOTAL; first += BATCH) {
    const numbers = Array.from({ length: BATCH }, (_, i) => first + i)
    await stores.logWriter.append(numbers.map(record))
    const memories = numbers.map((n) => benchMemory(n, 1_024))
    const last = memories.at(-1)!
    const to: Checkpoint = { ...from, offset: last.offset, lastCommandId: last.commandId, knownTime: last.knownAt }
    const changes = { memories, outcomes: numbers.map(benchOutcome), links: [], namespaces: [], deadLetters: [] }
    await store.move(BENCH_PARTITION, from, to, changes)
    from = to
  }
  cpSync(path, killed, { recursive: true, filter: (source) => !source.endsWith('-shm') })
  store.close()
  await stores.close()
}
