import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Checkpoint } from '../../domain/checkpoint.ts'
import { prepareState, removeState } from '../../infra/sqlite/long-term/prepare-state.ts'
import { openSqliteLongTermReader } from '../../infra/sqlite/long-term/sqlite-long-term-reader.ts'
import { openSqliteLongTermStore } from '../../infra/sqlite/long-term/sqlite-long-term-store.ts'
import { rawBatch, rawInserts } from './store-raw.ts'
import { BENCH_PARTITION, BENCH_SCOPE, benchMemory, benchOutcome } from './store-rows.ts'

// node test/bench/store.ts [memories]: moves of 500 memories and outcomes, against bare inserts of the same rows.
const TOTAL = Number(process.argv[2] ?? 50_000)
const BATCH = 500
const SEALED_BYTES = 1_024
const ROUNDS = 3

const batches = Array.from({ length: Math.ceil(TOTAL / BATCH) }, (_, i) => batchFrom(i * BATCH))
const rawBatches = batches.map(({ memories, outcomes }) => rawBatch(memories, outcomes))
const folder = mkdtempSync(join(tmpdir(), 'somabrain-bench-'))
const file = join(folder, 'state.db')
try {
  const raw: number[] = []
  const moves: number[] = []
  // In turns, so that whatever else the machine does falls on both; the best of each counts.
  for (let round = 0; round < ROUNDS; round++) {
    removeState(file)
    raw.push(runRaw())
    removeState(file)
    moves.push(await runMoves())
  }
  const best = { rawRowsPerSecond: Math.max(...raw), moveRowsPerSecond: Math.max(...moves) }
  const ratio = Number((best.moveRowsPerSecond / best.rawRowsPerSecond).toFixed(2))
  const reads = { changesRowsPerSecond: await runReads(), hashRowsPerSecond: runHash() }
  console.log(JSON.stringify({ memories: TOTAL, batch: BATCH, sealedBytes: SEALED_BYTES, ...best, ratio, ...reads }))
} finally {
  rmSync(folder, { recursive: true })
}

function batchFrom(first: number) {
  const numbers = Array.from({ length: Math.min(BATCH, TOTAL - first) }, (_, i) => first + i)
  return {
    memories: numbers.map((n) => benchMemory(n, SEALED_BYTES)),
    outcomes: numbers.map((n) => benchOutcome(n)),
  }
}

function perSecond(ms: number): number {
  return Math.round((TOTAL / ms) * 1_000)
}

function runRaw(): number {
  prepareState(file, 1)
  return perSecond(rawInserts(file, rawBatches))
}

async function runMoves(): Promise<number> {
  prepareState(file, 1)
  const store = openSqliteLongTermStore(file)
  let moveMs = 0
  let from: Checkpoint = await store.checkpoint(BENCH_PARTITION)
  for (const batch of batches) {
    const changes = { ...batch, links: [], namespaces: [], deadLetters: [] }
    const last = changes.memories.at(-1)!
    const to: Checkpoint = {
      foldVersion: 1,
      generation: 'ffffffffffffffff',
      offset: last.offset,
      lastCommandId: last.commandId,
      knownTime: last.knownAt,
    }
    const begin = performance.now()
    const move = await store.move(BENCH_PARTITION, from, to, changes)
    moveMs += performance.now() - begin
    if (move.outcome !== 'moved') throw new Error(`the store answered ${move.outcome}`)
    from = to
  }
  store.close()
  return perSecond(moveMs)
}

function runHash(): number {
  const store = openSqliteLongTermStore(file)
  const begin = performance.now()
  store.stateHash()
  const ms = performance.now() - begin
  store.close()
  return perSecond(ms)
}

async function runReads(): Promise<number> {
  const reader = openSqliteLongTermReader(file)
  const begin = performance.now()
  let since = { changed: -1, memoryId: '' }
  for (let more = true; more; ) {
    const page = await reader.changes(BENCH_SCOPE, since, 1_000)
    const last = page.rows.at(-1)
    if (last !== undefined) since = { changed: last.changed, memoryId: last.memoryId }
    more = page.more
  }
  const changesMs = performance.now() - begin
  reader.close()
  return perSecond(changesMs)
}
