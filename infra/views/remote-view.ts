import type { HostedView, HostedViewListener, RemoteQuestion, ViewProgress } from '../../query-api/ports/view-host.ts'
import type { ReadResult, ReadWish } from '../../query-api/view-read.ts'

/** How a remote view reaches its thread. */
export interface ViewLine {
  /** `question: null`: only load. */
  read(wish: ReadWish, question: RemoteQuestion | null): Promise<ReadResult<unknown>>
  close(): void
}

const ANYTHING: ReadWish = { offset: -1, allowStale: false }

/** A view on another thread, with what it said last of itself. */
export class RemoteView implements HostedView {
  readonly #listener: HostedViewListener
  readonly #line: ViewLine
  #progress: ViewProgress = { ready: false, rows: 0, of: null }
  #bytes = 0
  #reads = 0

  constructor(listener: HostedViewListener, line: ViewLine) {
    this.#listener = listener
    this.#line = line
  }

  get progress(): ViewProgress {
    return this.#progress
  }

  get bytes(): number {
    return this.#bytes
  }

  get inUse(): boolean {
    return this.#reads > 0
  }

  async load(): Promise<void> {
    await this.#counted(ANYTHING, null)
  }

  read(wish: ReadWish, question: RemoteQuestion): Promise<ReadResult<unknown>> {
    return this.#counted(wish, question)
  }

  close(): void {
    this.#line.close()
  }

  report(progress: ViewProgress, bytes: number): void {
    this.#progress = progress
    this.#bytes = bytes
    this.#listener.changed()
  }

  lost(): void {
    this.#bytes = 0
    this.#listener.lost()
  }

  async #counted(wish: ReadWish, question: RemoteQuestion | null): Promise<ReadResult<unknown>> {
    this.#reads += 1
    try {
      return await this.#line.read(wish, question)
    } finally {
      this.#reads -= 1
      if (this.#reads === 0) this.#listener.changed()
    }
  }
}
