import { Worker } from 'node:worker_threads'
import { EmbedderError } from '../embedder-error.ts'
import type { OnnxReply, OnnxRequest, OnnxWorkerData } from './onnx-protocol.ts'

/** A worker thread with a model of its own. */
export interface OnnxThread {
  /** Rejects when the model cannot take the texts, or the thread ended. One call at a time. */
  run(texts: readonly string[]): Promise<readonly Float32Array[]>
  /** Resolves, with the reason, when the thread has ended unasked. */
  readonly ended: Promise<Error>
  close(): Promise<void>
}

/** Starts a thread; resolves when its model has answered once. Rejects when it cannot be loaded. */
export function startOnnxThread(data: OnnxWorkerData): Promise<OnnxThread> {
  const worker = new Worker(new URL('./onnx-worker.ts', import.meta.url), { workerData: data })
  let waiting: PromiseWithResolvers<readonly Float32Array[]> | null = null
  let next = 0
  let dead: Error | null = null
  let closing = false
  const ended = Promise.withResolvers<Error>()
  const settle = (reply: OnnxReply): void => {
    const one = waiting
    waiting = null
    if (reply.kind === 'vectors') one?.resolve(reply.vectors)
    else if (reply.kind === 'failed') one?.reject(new EmbedderError(reply.message, 'refused'))
  }
  const thread: OnnxThread = {
    run(texts) {
      if (dead !== null) return Promise.reject(dead)
      waiting = Promise.withResolvers()
      worker.postMessage({ id: next++, texts } satisfies OnnxRequest)
      return waiting.promise
    },
    ended: ended.promise,
    async close() {
      closing = true
      await worker.terminate()
    },
  }
  return new Promise((resolve, reject) => {
    let fault: Error | null = null
    worker.on('message', (reply: OnnxReply) => (reply.kind === 'ready' ? resolve(thread) : settle(reply)))
    worker.on('error', (error) => {
      fault = error as Error
    })
    worker.on('exit', (code) => {
      const reason = new EmbedderError(`The model's thread ended: ${fault?.message ?? `code ${code}`}`, 'unavailable', {
        cause: fault,
      })
      dead = reason
      // Told first, so that whoever waits finds the thread gone.
      if (!closing) ended.resolve(reason)
      waiting?.reject(reason)
      waiting = null
      reject(reason)
    })
  })
}
