import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { EmbedderError } from '../embedder-error.ts'

/** A model in the usual layout of a sentence encoder, and the libraries that run it. Paths are absolute. */
export interface ModelFiles {
  readonly weights: string
  readonly tokenizer: string
  readonly tokenizerConfig: string
  /** Tokens of a text that count; the rest of it is cut off. */
  readonly maxTokens: number
  /** Entry points of the tokenizer and of the ONNX runtime. */
  readonly libraries: { readonly tokenizers: string; readonly runtime: string }
}

/** Where the weights may be, the smaller ones first. */
const WEIGHTS = ['onnx/model_quantized.onnx', 'onnx/model.onnx', 'model_quantized.onnx', 'model.onnx']
const DEFAULT_MAX_TOKENS = 512

/** Finds the files of a model's folder. Throws an `EmbedderError` that names what is not there. */
export function modelFiles(folder: string): ModelFiles {
  const weights = WEIGHTS.map((file) => join(folder, file)).find((file) => existsSync(file))
  if (weights === undefined) throw new EmbedderError(`${folder} has none of ${WEIGHTS.join(', ')}`)
  return {
    weights,
    tokenizer: existing(folder, 'tokenizer.json'),
    tokenizerConfig: existing(folder, 'tokenizer_config.json'),
    maxTokens: maxTokensOf(folder),
    libraries: { tokenizers: library(folder, '@huggingface/tokenizers'), runtime: library(folder, 'onnxruntime-node') },
  }
}

function existing(folder: string, file: string): string {
  const path = join(folder, file)
  if (!existsSync(path)) throw new EmbedderError(`${folder} has no ${file}`)
  return path
}

/** A sentence encoder may have been trained on shorter texts than its positions allow. */
function maxTokensOf(folder: string): number {
  const trained = numberIn(join(folder, 'sentence_bert_config.json'), 'max_seq_length')
  const positions = numberIn(join(folder, 'config.json'), 'max_position_embeddings')
  return Math.min(trained ?? Number.POSITIVE_INFINITY, positions ?? DEFAULT_MAX_TOKENS)
}

function numberIn(file: string, name: string): number | null {
  if (!existsSync(file)) return null
  const value = (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)[name]
  return typeof value === 'number' ? value : null
}

/**
 * The runtime is a quarter of a gigabyte and is needed by nobody who uses no local model, so it is no dependency: it lies
 * beside the model, in `runtime/`, or is installed where this program is.
 */
function library(folder: string, name: string): string {
  for (const from of [join(folder, 'runtime', 'package.json'), import.meta.url]) {
    try {
      return createRequire(from).resolve(name)
    } catch {
      // Not there: the next place is asked, and the error below names all of them.
    }
  }
  throw new EmbedderError(
    `${name} is not installed in ${join(folder, 'runtime')}; \`npm run model:minilm\` installs it beside a model, or: npm install --ignore-scripts --prefix ${join(folder, 'runtime')} onnxruntime-node @huggingface/tokenizers`,
  )
}

/** `<name of the folder>@<start of the weights' SHA-256>`: other weights are another model, whatever their folder's name. */
export async function modelName(folder: string, weights: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(weights)) hash.update(chunk as Buffer)
  const name = basename(folder).replaceAll(/[^\w.-]/g, '-')
  return `${name.slice(0, 120)}@${hash.digest('hex').slice(0, 12)}`
}
