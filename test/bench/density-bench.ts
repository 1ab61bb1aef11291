import { applyDensity, novelty } from '../../domain/density/apply-density.ts'
import { densityOf, normalised } from '../../domain/density/density.ts'
import { purity } from '../../domain/density/density-figures.ts'
import { drift } from '../../domain/density/drift.ts'
import { squaredOverlaps } from '../../domain/density/squared-overlaps.ts'
import { encode } from '../../domain/encoding/encode.ts'
import { foldWorkingMemory } from '../../domain/working-memory/fold.ts'
import { seedWorkingMemory } from '../../domain/working-memory/seed.ts'
import { EMPTY_WORKING_MEMORY, type LiveMemory } from '../../domain/working-memory/working-memory.ts'

/** Prints one line of JSON: medians of rounds in microseconds (`…Us`), folds a second, seeds in milliseconds. */
const ROUNDS = 9

const WORDS =
  'harbour ferry garden winter morning kitchen window letter budget planning meeting because against several quietly ' +
  'remember between colour mountain yesterday'
const vocabulary = WORDS.split(' ')
const text = (seed: number): string =>
  Array.from({ length: 40 }, (_, i) => vocabulary[(seed * 31 + i * (1 + (seed % 7))) % vocabulary.length]).join(' ')

function medianUs(times: number, work: (i: number) => unknown): number {
  const rounds: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    for (let i = 0; i < times; i++) work(i)
    rounds.push(((performance.now() - start) * 1000) / times)
  }
  return Number(rounds.toSorted((a, b) => a - b)[ROUNDS >> 1]!.toFixed(2))
}

const texts = Array.from({ length: 1000 }, (_, i) => `${text(i)} ${i}`)
const encodings = texts.map((one) => encode(one)!)
const memories = texts.map(
  (_, offset): LiveMemory => ({
    memoryId: `m${offset}`,
    offset,
    keyId: 'k',
    importance: (offset * 37) % 1001,
    rehearsals: 1,
    knownAt: offset * 60_000,
  }),
)

function foldAll(): void {
  let state = EMPTY_WORKING_MEMORY
  for (const [offset, memory] of memories.entries()) {
    const event = { type: 'remembered', offset, memory, sums: encodings[offset]!, supersedes: null } as const
    const result = foldWorkingMemory(state, event)
    if (result.outcome === 'folded') state = result.state
  }
}

const many = Array.from({ length: 100_000 }, (_, offset) => ({
  ...memories[offset % 1000]!,
  offset,
  knownAt: offset * 1000,
}))
const density = densityOf(encodings.slice(-256))
const overlaps = squaredOverlaps(density)
const query = normalised(encodings[0]!)
const foldUs = medianUs(1, foldAll) / memories.length

console.log(
  JSON.stringify({
    bench: 'density',
    node: process.version,
    encode40WordsUs: medianUs(1000, (i) => encode(texts[i]!)),
    foldsPerSecond: Math.round(1e6 / foldUs),
    foldWithEncodingPerSecond: Math.round(1e6 / (foldUs + medianUs(1000, (i) => encode(texts[i]!)))),
    densityOf256Us: medianUs(20, () => densityOf(encodings.slice(-256))),
    applyDensityUs: medianUs(200, () => applyDensity(density, query)),
    noveltyUs: medianUs(200, () => novelty(density, query)),
    squaredOverlapsUs: medianUs(3, () => squaredOverlaps(density)),
    purityUs: medianUs(20, () => purity(density, overlaps)),
    driftUs: medianUs(20, () => drift(density, overlaps)),
    seedOf100000RowsMs: medianUs(1, () => seedWorkingMemory(many.length, many, [])) / 1000,
  }),
)
