import { Worker } from 'node:worker_threads'
import type { NumberedRequest, WriteReply, WriteRequest, WriterFiles, WriterReady } from './writer-protocol.ts'

/** It was sent, and whether it is on disk is not known. */
export class UncertainWriteError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UncertainWriteError'
  }
}

/** The writer thread is not there: nothing was sent. */
export class WriterDownError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'WriterDownError'
  }
}

/** The HTTP thread's side of the thread that writes log.db and keys.db. */
export interface WriterThread {
  /**
   * Carries out `request`, durably, after those before it. Rejects with an {@link UncertainWriteError} when it is not
   * known whether it is on disk; with any other error it certainly is not.
   */
  request<Answer>(request: WriteRequest, transfer?: readonly ArrayBuffer[]): Promise<Answer>
  /** Whether requests are taken now: false while the thread is being restarted, and once it is closed. */
  ready(): boolean
  /** Waits for what was sent, then ends the thread. Later requests are refused. */
  close(): Promise<void>
}

interface Pending {
  readonly resolve: (answer: never) => void
  readonly reject: (error: Error) => void
}

type State = { readonly status: 'starting' | 'ready'; readonly worker: Worker } | { readonly status: 'down' | 'closed' }

const FIRST_RESTART_MS = 50
const LAST_RESTART_MS = 5_000

/**
 * Starts the thread and resolves once it has the files open; rejects with a {@link WriterDownError}
 * when it cannot open them.
 *
 * States: `starting` → `ready` (the thread said so) → `down` (it ended unasked, or is about to after an uncertain commit:
 * everything sent is uncertain, everything new is refused) → `starting` after a growing pause → … Any state → `closed` by
 * close(), for good.
 */
export async function startWriterThread(files: WriterFiles): Promise<WriterThread> {
  const thread = new RestartingThread(files)
  await thread.start()
  return thread
}

class RestartingThread implements WriterThread {
  readonly #files: WriterFiles
  readonly #pending = new Map<number, Pending>()
  #state: State = { status: 'down' }
  #lastId = 0
  #restartMs = FIRST_RESTART_MS
  #restart: NodeJS.Timeout | null = null
  #closing: Promise<void> | null = null
  /** Resolves when the last thread that was started has ended. */
  #exited: Promise<unknown> = Promise.resolve()

  constructor(files: WriterFiles) {
    this.#files = files
  }

  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./writer-worker.ts', import.meta.url), { workerData: this.#files })
      this.#state = { status: 'starting', worker }
      this.#exited = new Promise((exit) => worker.once('exit', exit))
      let failure: Error | null = null
      worker.on('message', (message: WriteReply | WriterReady) => {
        if (message.status !== 'ready') return this.#settle(message)
        this.#state = { status: 'ready', worker }
        this.#restartMs = FIRST_RESTART_MS
        resolve()
      })
      worker.on('error', (error) => {
        failure = error
      })
      worker.on('exit', (code) => {
        const cause = failure ?? new Error(`the writer thread ended with code ${code}`)
        const startedBefore = this.#state.status !== 'starting'
        this.#ended(cause)
        if (startedBefore) this.#restartLater()
        else reject(new WriterDownError(`the writer thread did not start: ${cause.message}`, { cause }))
      })
    })
  }

  request<Answer>(request: WriteRequest, transfer: readonly ArrayBuffer[] = []): Promise<Answer> {
    const state = this.#state
    if (this.#closing !== null) return Promise.reject(new WriterDownError('the writer thread is closed'))
    if (state.status !== 'ready') return Promise.reject(new WriterDownError('the writer thread is being restarted'))
    return this.#send(state.worker, request, transfer)
  }

  ready(): boolean {
    return this.#state.status === 'ready' && this.#closing === null
  }

  close(): Promise<void> {
    this.#closing ??= this.#drain()
    return this.#closing
  }

  #send<Answer>(worker: Worker, request: WriteRequest, transfer: readonly ArrayBuffer[] = []): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      const id = ++this.#lastId
      worker.postMessage({ id, request } satisfies NumberedRequest, transfer)
      this.#pending.set(id, { resolve, reject })
    })
  }

  #settle(reply: WriteReply): void {
    const pending = this.#pending.get(reply.id)
    this.#pending.delete(reply.id)
    if (reply.status === 'done') pending?.resolve(reply.answer as never)
    else if (reply.certain) pending?.reject(reply.error)
    else {
      // The thread is about to end: nothing more is sent to it.
      this.#state = { status: 'down' }
      pending?.reject(new UncertainWriteError('the commit failed', { cause: reply.error }))
    }
  }

  #ended(cause: Error): void {
    this.#state = this.#closing === null ? { status: 'down' } : { status: 'closed' }
    const lost = [...this.#pending.values()]
    this.#pending.clear()
    for (const { reject } of lost) reject(new UncertainWriteError('the writer thread ended', { cause }))
  }

  #restartLater(): void {
    if (this.#closing !== null) return
    const pause = this.#restartMs
    this.#restartMs = Math.min(pause * 2, LAST_RESTART_MS)
    this.#restart = setTimeout(() => {
      this.start().catch(() => this.#restartLater())
    }, pause)
  }

  async #drain(): Promise<void> {
    if (this.#restart !== null) clearTimeout(this.#restart)
    const state = this.#state
    if (state.status === 'ready' || state.status === 'starting') {
      // Should the thread end by itself meanwhile, it is closed all the same; who waits for an answer hears of it.
      await Promise.allSettled([this.#send(state.worker, { op: 'close' })])
    }
    await this.#exited
  }
}
