import type { Scope } from '../domain/names.ts'
import { type Answer, answerTo, type Question } from './index-question.ts'
import type { HostedView, ViewProgress } from './ports/view-host.ts'
import { ResidentView } from './resident-view.ts'
import type { ViewIndex } from './view-index.ts'
import type { ViewParts } from './view-parts.ts'
import type { ReadResult, ReadWish } from './view-read.ts'

/**
 * A namespace's view, where it belongs: on this thread while the namespace is small, with the host once it is large. One
 * that grows large answers from here until the host has it.
 *
 *     nowhere ──small──▶ here ──has grown──▶ here, and the host loads ──loaded──▶ hosted
 *        ▲  └──large──▶ hosted ──lost──▶ nowhere        │ failed
 *        │                                              └──────────▶ here, until it has grown by half again
 */
export class PlacedView<Index extends ViewIndex> {
  readonly scope: Scope
  readonly #partition: number
  readonly #parts: ViewParts<Index>
  #here: ResidentView<Index> | null = null
  #hosted: HostedView | null = null
  #placing: Promise<void> | null = null
  /** Rows from which on the host is given the view. */
  #hostFrom: number

  constructor(scope: Scope, partition: number, parts: ViewParts<Index>) {
    this.scope = scope
    this.#partition = partition
    this.#parts = parts
    this.#hostFrom = parts.host === null ? Number.POSITIVE_INFINITY : parts.limits.hostFromRows
  }

  get inUse(): boolean {
    return this.#placing !== null || (this.#here?.inUse ?? false) || (this.#hosted?.inUse ?? false)
  }

  get progress(): ViewProgress {
    return (this.#here ?? this.#hosted)?.progress ?? { ready: false, rows: 0, of: null }
  }

  bytes(): number {
    return (this.#here?.bytes() ?? 0) + (this.#hosted?.bytes ?? 0)
  }

  async read<Name extends keyof Index>(
    wish: ReadWish,
    question: Question<Index, Name>,
  ): Promise<ReadResult<Answer<Index, Name>>> {
    while (this.#here === null && this.#hosted === null) {
      if (this.#hostFrom === Number.POSITIVE_INFINITY) this.#placeHere()
      else await this.#placed()
    }
    if (this.#here === null) {
      return (await this.#hosted!.read(wish, question)) as ReadResult<Answer<Index, Name>>
    }
    const result = await this.#here.read(wish, (index) => answerTo(index, question))
    if (this.#here !== null && this.#here.progress.rows >= this.#hostFrom && this.#hosted === null) {
      void this.#moveToHost()
    }
    return result
  }

  /** Gives the memory back; whoever reads again begins anew. */
  close(): void {
    this.#here = null
    this.#hosted?.close()
    this.#hosted = null
  }

  /** Decides once for everybody who comes meanwhile. */
  async #placed(): Promise<void> {
    this.#placing ??= this.#place()
    try {
      await this.#placing
    } finally {
      this.#placing = null
    }
  }

  async #place(): Promise<void> {
    const known = await this.#parts.reader.namespace(this.scope)
    if ((known?.total ?? 0) >= this.#hostFrom) this.#hosted = this.#openHosted()
    else this.#placeHere()
  }

  #placeHere(): void {
    this.#here = new ResidentView(this.scope, this.#partition, this.#parts)
  }

  async #moveToHost(): Promise<void> {
    const hosted = this.#openHosted()
    this.#hosted = hosted
    try {
      await hosted.load()
      if (this.#hosted === hosted) this.#here = null
    } catch (fault) {
      this.#hostFrom = Math.ceil(this.progress.rows * 1.5)
      hosted.close()
      if (this.#hosted === hosted) this.#hosted = null
      this.#parts.onFault(fault)
    }
    this.#parts.changed(this.scope)
  }

  #openHosted(): HostedView {
    const hosted: HostedView = this.#parts.host!.open(this.scope, {
      changed: () => this.#parts.changed(this.scope),
      lost: () => {
        if (this.#hosted === hosted) this.#hosted = null
        this.#parts.changed(this.scope)
      },
    })
    return hosted
  }
}
