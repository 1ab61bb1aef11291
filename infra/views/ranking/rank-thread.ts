import { Worker } from 'node:worker_threads'
import type { FromRanker, ToRanker } from './rank-protocol.ts'
import { Ranker } from './ranker.ts'

/** One that failed may fail again at the next question: it is left alone for so long. */
const REST_MS = 60_000

/** A thread that ranks. It starts when it is asked for. */
export class RankThread {
  readonly #place: number
  readonly #onFault: (fault: unknown) => void
  #ranker: Ranker | null = null
  #restsUntil = Number.NEGATIVE_INFINITY

  /** `place`: its own in memories that several threads scan, above 0. `onFault`: told when it ends. */
  constructor(place: number, onFault: (fault: unknown) => void) {
    this.#place = place
    this.#onFault = onFault
  }

  get running(): Ranker | null {
    return this.#ranker
  }

  /** `null` for a while after it ended. */
  started(): Ranker | null {
    if (this.#ranker === null && performance.now() >= this.#restsUntil) this.#ranker = this.#start()
    return this.#ranker
  }

  #start(): Ranker {
    const worker = new Worker(new URL('./rank-worker.ts', import.meta.url), { workerData: this.#place })
    const ranker = new Ranker({
      postMessage: (message: ToRanker): void => worker.postMessage(message),
      on: (event: 'message', listener: (message: FromRanker) => void): unknown => worker.on(event, listener),
      ref: (): void => worker.ref(),
      unref: (): void => worker.unref(),
    })
    let cause: unknown
    worker.on('error', (error) => {
      cause = error
    })
    worker.on('exit', () => {
      const fault = new Error('A thread that ranks has ended', { cause })
      this.#restsUntil = performance.now() + REST_MS
      this.#ranker = null
      ranker.ended(fault)
      this.#onFault(fault)
    })
    return ranker
  }
}
