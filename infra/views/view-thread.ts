import type { DataKeyEntry } from '../../commands/ports/key-store.ts'
import type { Scope } from '../../domain/names.ts'
import { ProblemError } from '../../domain/problem.ts'
import { LogUnavailableError } from '../../projections/ports/log-unavailable-error.ts'
import type { Progress } from '../../query-api/ports/progress.ts'
import type { HostedView, HostedViewListener } from '../../query-api/ports/view-host.ts'
import type { ViewMetrics } from '../../query-api/ports/view-metrics.ts'
import type { ReadResult } from '../../query-api/view-read.ts'
import { RemoteView } from './remote-view.ts'
import { viewLost } from './view-lost.ts'
import type { Ask, Channel, FromViews, Refusal, Told, ToViews } from './view-protocol.ts'

/** What the views of other threads need of this one. */
export interface ViewThreadDeps {
  readonly progress: Pick<Progress, 'waitForFold'>
  key(keyId: string): Promise<DataKeyEntry | null>
  readonly metrics: Pick<ViewMetrics, 'loaded' | 'dropped'>
  /** Told of a fault that the thread went on without. */
  readonly onFault: (fault: unknown) => void
}

/** The far end's thread keeps the process while it is referred to: as long as an answer is awaited. */
type ThreadChannel = Channel<ToViews, FromViews> & { ref(): void; unref(): void }

interface Pending {
  readonly view: RemoteView
  readonly resolve: (result: ReadResult<unknown>) => void
  readonly reject: (error: Error) => void
}

/** This end of the channel to a thread that holds views. */
export class ViewThread {
  readonly #channel: ThreadChannel
  readonly #deps: ViewThreadDeps
  readonly #views = new Map<number, RemoteView>()
  readonly #pending = new Map<number, Pending>()
  #lastId = 0

  constructor(channel: ThreadChannel, deps: ViewThreadDeps) {
    this.#channel = channel
    this.#deps = deps
    channel.on('message', (message) => this.#take(message))
    channel.unref()
  }

  /** Resident bytes of its views. */
  get bytes(): number {
    return [...this.#views.values()].reduce((sum, view) => sum + view.bytes, 0)
  }

  open(scope: Scope, listener: HostedViewListener): HostedView {
    const number = ++this.#lastId
    const view: RemoteView = new RemoteView(listener, {
      read: (wish, question) =>
        new Promise((resolve, reject) => {
          const id = ++this.#lastId
          this.#pending.set(id, { view, resolve, reject })
          this.#channel.ref()
          this.#channel.postMessage({ kind: 'read', view: number, id, wish, question })
        }),
      close: () => {
        if (this.#views.delete(number)) this.#channel.postMessage({ kind: 'close', view: number })
      },
    })
    this.#views.set(number, view)
    this.#channel.postMessage({ kind: 'open', view: number, scope })
    return view
  }

  forgetKeys(keyIds: readonly string[]): void {
    this.#channel.postMessage({ kind: 'forget-keys', keyIds })
  }

  /** The thread has ended: whoever waits is refused, and told that a retry may do. */
  ended(cause: Error): void {
    const [pending, views] = [[...this.#pending.values()], [...this.#views.values()]]
    this.#pending.clear()
    this.#views.clear()
    for (const { reject } of pending) reject(viewLost(cause))
    for (const view of views) view.lost()
  }

  #take(message: FromViews): void {
    const { metrics, onFault } = this.#deps
    switch (message.kind) {
      case 'result':
        this.#settle(message.id, (pending) => pending.resolve(message.result))
        break
      case 'refused':
        this.#settle(message.id, (pending) => pending.reject(errorOf(message.refusal)))
        break
      case 'status':
        this.#views.get(message.view)?.report(message.progress, message.bytes)
        break
      case 'loaded':
        metrics.loaded(message.rows, message.milliseconds)
        break
      case 'replaced':
        metrics.dropped('replaced', message.bytes)
        break
      case 'fault':
        onFault(new Error(message.message))
        break
      case 'ask':
        void this.#tell(message.id, message.ask)
    }
  }

  #settle(id: number, settle: (pending: Pending) => void): void {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    if (this.#pending.size === 0) this.#channel.unref()
    if (pending !== undefined) settle(pending)
  }

  async #tell(id: number, ask: Ask): Promise<void> {
    const told = await this.#answer(ask).then(
      (value): Told => ({ ok: true, value }),
      (error: Error): Told => ({ ok: false, message: error.message, away: error instanceof LogUnavailableError }),
    )
    this.#channel.postMessage({ kind: 'told', id, told })
  }

  #answer(ask: Ask): Promise<boolean | DataKeyEntry | null> {
    if (ask.what === 'key') return this.#deps.key(ask.keyId)
    return this.#deps.progress.waitForFold(ask.partition, ask.offset, ask.timeoutMs)
  }
}

const errorOf = (refusal: Refusal): Error =>
  refusal.problem === null ? new Error(`A view's thread failed: ${refusal.message}`) : new ProblemError(refusal.problem)
