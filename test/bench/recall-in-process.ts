// Recall in process, without a server: node test/bench/recall-in-process.ts [--sizes 10000,100000] [--queries 500]
// --seed n makes another corpus. Prints JSON: for each size, how fast the index was built, its bytes, and the time of a recall (k = 10).
import { parseArgs } from 'node:util'
import { RecallIndex } from '../../domain/recall/recall-index.ts'
import type { RecallQuery } from '../../domain/recall/recall-request.ts'
import { RecallCorpus } from './recall-corpus.ts'

const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,100000' },
    queries: { type: 'string', default: '500' },
    seed: { type: 'string', default: '7' },
  },
})

const NOW = Date.UTC(2030, 0, 1)
const WARM_UP = 200

function measure(size: number): Record<string, unknown> {
  const corpus = new RecallCorpus(Number(options.seed))
  const index = new RecallIndex()
  let building = 0
  for (let n = 0; n < size; n += 1000) {
    const batch = Array.from({ length: Math.min(1000, size - n) }, (_, i) => corpus.memory(n + i))
    const started = performance.now()
    for (const memory of batch) index.add(memory)
    building += performance.now() - started
  }
  const requests = Array.from({ length: WARM_UP + Number(options.queries) }, () => request(corpus.query()))
  return {
    memories: size,
    memoriesPerSecond: Math.round((1000 * size) / building),
    bytesPerMemory: Math.round(index.bytes() / size),
    recall: times(index, requests),
    recallFiltered: times(
      index,
      requests.map((one) => ({ ...one, filter: { op: 'in', field: 'user_id', values: ['user-3'] } })),
    ),
    recallAsOf: times(
      index,
      requests.map((one, i) => ({ ...one, asOf: { valid: NOW + i, validAsked: true, known: null } })),
    ),
  }
}

const request = (query: string): RecallQuery => ({
  query,
  k: 10,
  filter: null,
  asOf: { valid: NOW, validAsked: false, known: null },
  minScore: null,
  explain: false,
})

function times(index: RecallIndex, requests: readonly RecallQuery[]): Record<string, number> {
  const milliseconds: number[] = []
  for (const one of requests) {
    const started = performance.now()
    index.recall(one)
    milliseconds.push(performance.now() - started)
  }
  const sorted = milliseconds.slice(WARM_UP).sort((a, b) => a - b)
  const at = (share: number): number => Number(sorted[Math.floor(sorted.length * share)]!.toFixed(3))
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) }
}

// The first thousands of memories would measure the compiler.
measure(5000)
const sizes = options.sizes.split(',').map(Number)
console.log(JSON.stringify({ node: process.version, results: sizes.map(measure) }, null, 2))
