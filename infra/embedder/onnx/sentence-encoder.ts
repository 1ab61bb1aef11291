import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { EmbedderError } from '../embedder-error.ts'
import type { InferenceSession, RuntimeLibrary, Tensor, TokenizerLibrary } from './libraries.ts'
import { meanPool } from './mean-pool.ts'
import type { ModelFiles } from './model-files.ts'
import { type TokenBatch, tokenBatches } from './token-batch.ts'

/** Texts in one run of the graph. */
const MAX_TEXTS = 16
/** Outputs that are a vector a text, by their usual names; else token vectors, of which the mean is taken. */
const SENTENCE_OUTPUTS = ['sentence_embedding', 'text_embeds', 'embeddings']
const TOKEN_OUTPUTS = ['last_hidden_state', 'token_embeddings']

export interface SentenceEncoder {
  encode(texts: readonly string[]): Promise<readonly Float32Array[]>
}

/** Loads a model; one thread of the runtime, since whole texts are divided among workers. */
export async function loadSentenceEncoder(files: ModelFiles): Promise<SentenceEncoder> {
  const { Tokenizer } = (await imported(files.libraries.tokenizers)) as TokenizerLibrary
  const runtime = (await imported(files.libraries.runtime)) as RuntimeLibrary
  const tokenizer = new Tokenizer(json(files.tokenizer), json(files.tokenizerConfig))
  const threads = { intraOpNumThreads: 1, interOpNumThreads: 1, graphOptimizationLevel: 'all' } as const
  const session = await runtime.InferenceSession.create(files.weights, threads)
  return {
    async encode(texts) {
      const tokens = texts.map((text) => tokenizer.encode(text).ids)
      const vectors: Float32Array[] = Array.from({ length: texts.length })
      for (const batch of tokenBatches(tokens, files.maxTokens, MAX_TEXTS)) {
        const answer = vectorsOf(await session.run(inputsOf(runtime, session, batch)), batch)
        for (const [i, text] of batch.texts.entries()) vectors[text] = answer[i]!
      }
      return vectors
    },
  }
}

/** CommonJS modules have what they export under `default` as well, some of them only there. */
async function imported(file: string): Promise<unknown> {
  const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>
  return 'InferenceSession' in module || 'Tokenizer' in module ? module : module.default
}

const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'))

function inputsOf({ Tensor: Make }: RuntimeLibrary, { inputNames }: InferenceSession, batch: TokenBatch) {
  const dims = [batch.texts.length, batch.width]
  const known: Record<string, BigInt64Array> = {
    input_ids: batch.ids,
    attention_mask: batch.mask,
    token_type_ids: new BigInt64Array(batch.ids.length),
  }
  return Object.fromEntries(
    inputNames.map((name) => {
      const data = known[name]
      if (data === undefined) throw new EmbedderError(`The model asks for an input "${name}", which is not known`)
      return [name, new Make('int64', data, dims)]
    }),
  )
}

function vectorsOf(outputs: Readonly<Record<string, Tensor>>, batch: TokenBatch): readonly Float32Array[] {
  const sentence = SENTENCE_OUTPUTS.map((name) => outputs[name]).find((output) => output !== undefined)
  if (sentence !== undefined) {
    const dimension = sentence.data.length / batch.texts.length
    return batch.texts.map((_, i) => sentence.data.slice(i * dimension, (i + 1) * dimension))
  }
  const tokens = TOKEN_OUTPUTS.map((name) => outputs[name]).find((output) => output !== undefined)
  if (tokens === undefined) {
    throw new EmbedderError(`The model's outputs are ${Object.keys(outputs).join(', ')}, none of which is a sentence's`)
  }
  return meanPool(tokens.data, batch)
}
