import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { quantise } from '../../domain/vector/quantise.ts'
import { embedderChoice } from '../../infra/embedder/embedder-choice.ts'
import { openEmbedder } from '../../infra/embedder/open-embedder.ts'
import type { OpenedEmbedder } from '../../infra/embedder/opened-embedder.ts'
import type { LabelledStore } from './recall-quality-store.ts'

const BATCH = 64

/** Vectors of the texts of a benchmark, each made once: a file keeps them, one a line, so that a run may be ended and gone on with. */
export class BenchVectors {
  readonly model: string
  readonly #embedder: OpenedEmbedder
  readonly #file: string
  readonly #known = new Map<string, Float32Array>()

  constructor(embedder: OpenedEmbedder, file: string) {
    this.model = embedder.model
    this.#embedder = embedder
    this.#file = file
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
    for (const line of lines.filter((one) => one !== '')) {
      const [key, bytes] = line.split(' ') as [string, string]
      this.#known.set(key, new Float32Array(new Uint8Array(Buffer.from(bytes, 'base64')).buffer))
    }
  }

  /** Makes those that are not known yet. */
  async prepare(texts: readonly string[]): Promise<void> {
    const missing = [...new Set(texts)].filter((text) => !this.#known.has(this.#keyOf(text)))
    for (let at = 0; at < missing.length; at += BATCH) {
      const some = missing.slice(at, at + BATCH)
      const vectors = await this.#embedder.embed(some)
      const lines = some.map((text, i) => {
        this.#known.set(this.#keyOf(text), vectors[i]!)
        return `${this.#keyOf(text)} ${Buffer.from(vectors[i]!.slice().buffer).toString('base64')}\n`
      })
      appendFileSync(this.#file, lines.join(''))
      console.error(`embedded ${at + some.length} of ${missing.length}`)
    }
  }

  of(text: string): Float32Array {
    const vector = this.#known.get(this.#keyOf(text))
    if (vector === undefined) throw new Error(`Not prepared: ${text}`)
    return vector
  }

  close(): Promise<void> {
    return this.#embedder.close()
  }

  #keyOf(text: string): string {
    return createHash('sha256').update(`${this.model}\n${text}`).digest('base64url')
  }
}

export async function openBenchVectors(stated: string, file: string): Promise<BenchVectors> {
  const choice = embedderChoice(stated)
  if (choice === null) throw new Error(`Not an embedder: ${stated}`)
  const settings = {
    model: process.env.SOMABRAIN_EMBEDDER_MODEL ?? null,
    apiKey: process.env.SOMABRAIN_EMBEDDER_API_KEY ?? null,
  }
  const embedder = await openEmbedder({ choice, ...settings })
  if (embedder === null) throw new Error('--embedder needs onnx:FOLDER or openai:URL')
  return new BenchVectors(embedder, file)
}

/** The stores with the vectors of their memories, as a server keeps them. */
export async function embedded(stores: readonly LabelledStore[], vectors: BenchVectors): Promise<LabelledStore[]> {
  await vectors.prepare(stores.flatMap(({ memories }) => memories.map(({ content }) => content)))
  return stores.map((store) => ({
    ...store,
    memories: store.memories.map((memory) => {
      const vector = quantise(vectors.model, vectors.of(memory.content))
      return vector === null ? memory : { ...memory, vector }
    }),
  }))
}
