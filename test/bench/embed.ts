import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '../../infra/embedded/start-embedded.ts'
import { modelFiles } from '../../infra/embedder/onnx/model-files.ts'
import { openOnnxEmbedder } from '../../infra/embedder/onnx/open-onnx-embedder.ts'
import { loadSentenceEncoder } from '../../infra/embedder/onnx/sentence-encoder.ts'
import type { OpenedEmbedder } from '../../infra/embedder/opened-embedder.ts'
import { createLogger } from '../../infra/telemetry/logger.ts'
import { createMetrics } from '../../infra/telemetry/metrics.ts'
import { caller, rememberRequest } from '../support/embedded.ts'
import { testModelFolder } from '../support/test-model.ts'

// What a local model costs: node test/bench/embed.ts [rounds]. Needs the model of `npm run model:minilm`.
//   raw       the model by itself on this thread, one text and 32 at a time: the limit
//   embedder  through worker threads and the queue, as the server uses it
//   remember  a memory accepted and durable, without and with the embedder, one caller
const rounds = Number(process.argv[2] ?? 40)
const folder = testModelFolder()

/** About 25 tokens, as a turn of a conversation has. */
const textOf = (n: number): string =>
  `On day ${n} we walked along the harbour, and she told me about the violin that her grandfather had built in Porto.`

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

async function timed(times: number, work: (round: number) => Promise<unknown>): Promise<number> {
  const took: number[] = []
  for (let round = 0; round < times; round++) {
    const begun = performance.now()
    await work(round)
    took.push(performance.now() - begun)
  }
  return Number(median(took).toFixed(2))
}

const batch = (round: number): string[] => Array.from({ length: 32 }, (_, i) => textOf(round * 32 + i))

async function remembering(embedder: OpenedEmbedder | null): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'somabrain-bench-'))
  const embedded = await startEmbedded({
    dataDir,
    masterKey: null,
    viewMemoryBytes: 64 << 20,
    embedder,
    clock: Date.now,
    logger: createLogger({ level: 'silent' }),
    metrics: createMetrics({ processMetrics: false }),
    onFatal: (error) => {
      throw error
    },
  })
  try {
    return await timed(rounds, (round) => embedded.commands.remember(caller(), rememberRequest(textOf(round))))
  } finally {
    await embedded.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

const encoder = await loadSentenceEncoder(modelFiles(folder))
const raw = {
  one: await timed(rounds, (round) => encoder.encode([textOf(round)])),
  perTextOf32: (await timed(Math.ceil(rounds / 8), (round) => encoder.encode(batch(round)))) / 32,
}
const embedder = await openOnnxEmbedder(folder)
const throughThreads = {
  one: await timed(rounds, (round) => embedder.embedQuery(textOf(round))),
  perTextOf32: (await timed(Math.ceil(rounds / 8), (round) => embedder.embed(batch(round)))) / 32,
}
const remember = { without: await remembering(null), with: await remembering(embedder) }
await embedder.close()
const figures = { unit: 'ms, median', rounds, raw, embedder: throughThreads, remember }
console.log(JSON.stringify({ ...figures, processors: availableParallelism(), load: loadavg()[0] }, null, 2))
process.exit(0)
