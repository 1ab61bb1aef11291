import { parentPort, workerData } from 'node:worker_threads'
import type { OnnxReply, OnnxRequest, OnnxWorkerData } from './onnx-protocol.ts'
import { loadSentenceEncoder } from './sentence-encoder.ts'

/** One thread with a model: answers requests one after the other. */
const port = parentPort
if (port === null) throw new Error('onnx-worker.ts runs as a worker thread')

const encoder = await loadSentenceEncoder((workerData as OnnxWorkerData).files)
// The first run allocates what later ones use again, and shows whether the model works at all.
const [first] = await encoder.encode(['ready'])
const reply = (message: OnnxReply): void => port.postMessage(message)

port.on('message', async ({ id, texts }: OnnxRequest) => {
  try {
    reply({ kind: 'vectors', id, vectors: await encoder.encode(texts) })
  } catch (error) {
    reply({ kind: 'failed', id, message: (error as Error).message })
  }
})
reply({ kind: 'ready', dimension: first!.length })
