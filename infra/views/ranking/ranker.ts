import { Lender, type LendingWalk } from '../../../domain/recall/columns/column-lending.ts'
import type { LentJob } from '../../../domain/recall/lent-index.ts'
import type { RankedRow } from '../../../domain/recall/ranking/rank-rows.ts'
import type { FromRanker, RankerChannel } from './rank-protocol.ts'

/** The thread keeps the process while it is referred to: as long as a job is under way. */
type RankerThread = RankerChannel & { ref(): void; unref(): void }

/** What lends. */
export interface LendableIndex {
  /** How often a memory was erased. */
  readonly erasures: number
  lend(walk: LendingWalk): void
}

interface Lent {
  readonly index: LendableIndex
  readonly lender: Lender
  /** The other thread has what was lent first. */
  taken: boolean
  bytes: number
  /** Those that the other thread was told of. */
  erasures: number
}

interface Pending {
  readonly view: number
  readonly isJob: boolean
  readonly resolve: (rows: readonly RankedRow[]) => void
  readonly reject: (cause: Error) => void
}

/** This end of the channel to one thread that ranks. */
export class Ranker {
  readonly #channel: RankerThread
  readonly #lent = new Map<number, Lent>()
  readonly #pending = new Map<number, Pending>()
  #jobs = 0
  #lastId = 0

  constructor(channel: RankerThread) {
    this.#channel = channel
    channel.on('message', (message) => this.#take(message))
    channel.unref()
  }

  /** Jobs under way; columns that are only given are none. */
  get jobs(): number {
    return this.#jobs
  }

  /** Whether it has the columns of a view. If it has none, it is given them, which takes a while for a large index. */
  hasTaken(view: number, index: LendableIndex): boolean {
    const known = this.#lent.get(view)
    if (known?.index === index) return known.taken
    if (known !== undefined) this.left(view)
    const lent: Lent = { index, lender: new Lender(), taken: false, bytes: 0, erasures: 0 }
    this.#lent.set(view, lent)
    this.#give(view, lent)
    return false
  }

  /** Tells of an erasure at once: what was made of the erased memory is not kept until the next job. */
  follow(view: number, index: LendableIndex): void {
    const lent = this.#lent.get(view)
    if (lent?.index === index && lent.erasures !== index.erasures) this.#give(view, lent)
  }

  /** Rejects when the thread ends. The index must not change meanwhile. */
  rank(view: number, job: LentJob): Promise<readonly RankedRow[]> {
    return this.#ask(view, this.#lent.get(view)!, job)
  }

  bytes(view: number): number {
    return this.#lent.get(view)?.bytes ?? 0
  }

  left(view: number): void {
    if (this.#lent.delete(view)) this.#channel.postMessage({ kind: 'left', view })
  }

  /** The thread has ended. */
  ended(cause: Error): void {
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    this.#jobs = 0
    this.#lent.clear()
    for (const { reject } of pending) reject(cause)
  }

  #give(view: number, lent: Lent): void {
    this.#ask(view, lent, null).then(
      () => {
        lent.taken = true
      },
      // It has ended, and is not asked any more.
      () => {},
    )
  }

  #ask(view: number, lent: Lent, job: LentJob | null): Promise<readonly RankedRow[]> {
    const { index, lender } = lent
    lent.erasures = index.erasures
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { view, isJob: job !== null, resolve, reject })
      this.#jobs += Number(job !== null)
      this.#channel.ref()
      this.#channel.postMessage({ kind: 'rank', view, id, lent: lender.lent((walk) => index.lend(walk)), job })
    })
  }

  #take({ id, rows, bytes }: FromRanker): void {
    const pending = this.#pending.get(id)
    if (pending === undefined) return
    this.#pending.delete(id)
    this.#jobs -= Number(pending.isJob)
    if (this.#pending.size === 0) this.#channel.unref()
    const lent = this.#lent.get(pending.view)
    if (lent !== undefined) lent.bytes = bytes
    pending.resolve(rows)
  }
}
