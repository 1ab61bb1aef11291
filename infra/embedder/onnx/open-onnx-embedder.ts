import { availableParallelism } from 'node:os'
import { inTime } from '../in-time.ts'
import type { OpenedEmbedder } from '../opened-embedder.ts'
import { modelFiles, modelName } from './model-files.ts'
import { OnnxPool } from './onnx-pool.ts'
import { startOnnxThread } from './onnx-thread.ts'

export interface OnnxOptions {
  /** Default: all processors but one, at most 4. */
  readonly threads?: number
  /** Texts of memories that may wait. */
  readonly maxWaiting?: number
}

const MAX_THREADS = 4
const MAX_WAITING = 4096
/** A query waits for one batch and its own; longer only where something hangs, and recall goes on by words then. */
const QUERY_TIMEOUT_MS = 3000

/**
 * A local model in worker threads.
 *
 * Throws an `EmbedderError` when the folder is no model, or the model does not work.
 */
export async function openOnnxEmbedder(folder: string, options: OnnxOptions = {}): Promise<OpenedEmbedder> {
  const files = modelFiles(folder)
  const model = await modelName(folder, files.weights)
  const count = options.threads ?? Math.min(MAX_THREADS, Math.max(1, availableParallelism() - 1))
  const pool = new OnnxPool(() => startOnnxThread({ files }), options.maxWaiting ?? MAX_WAITING)
  await pool.start(count)
  return {
    model,
    embed: (texts) => pool.embed(texts, false),
    embedQuery: async (text) => (await inTime(pool.embed([text], true), QUERY_TIMEOUT_MS))[0]!,
    probe: () => pool.probe(),
    close: () => pool.close(),
  }
}
