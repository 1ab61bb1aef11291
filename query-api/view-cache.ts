import { type Scope, scopeKey } from '../domain/names.ts'
import { partitionKey, partitionOf } from '../domain/partition.ts'
import type { Answer, Question } from './index-question.ts'
import { PlacedView } from './placed-view.ts'
import type { ViewIndex } from './view-index.ts'
import type { ViewParts } from './view-parts.ts'
import type { ReadResult, ReadWish } from './view-read.ts'

/** One resident view, for whoever shows what the process holds or is loading. */
export interface ViewStatus extends Scope {
  readonly ready: boolean
  readonly rows: number
  /** Rows when the load is done; `null` when that is not known. */
  readonly of: number | null
  readonly bytes: number
}

/**
 * The resident views of a process. Least recently used ones leave while all together are over the budget, but none that
 * is in use, and never the one that was used last: a namespace beyond the budget is answered all the same.
 */
export class ViewCache<Index extends ViewIndex> {
  readonly #parts: ViewParts<Index>
  /** Least recently used first. */
  readonly #views = new Map<string, PlacedView<Index>>()
  readonly #sizes = new Map<string, number>()
  #bytes = 0

  constructor(parts: Omit<ViewParts<Index>, 'changed'>) {
    this.#parts = { ...parts, changed: (scope) => this.#changed(scopeKey(scope)) }
  }

  read<Name extends keyof Index>(
    scope: Scope,
    wish: ReadWish,
    question: Question<Index, Name>,
  ): Promise<ReadResult<Answer<Index, Name>>> {
    return this.#use(scope).read(wish, question)
  }

  holds(scope: Scope): boolean {
    return this.#views.has(scopeKey(scope))
  }

  /** Removes what is on disk of a namespace that is not held. */
  async forgetSnapshot(scope: Scope): Promise<void> {
    await this.#parts.host?.forgetSnapshot(scope)
  }

  /** Lets a view go; whoever reads it again begins anew. */
  drop(scope: Scope): void {
    this.#drop(scopeKey(scope))
    this.#parts.metrics.resident(this.#views.size, this.#bytes)
  }

  status(): readonly ViewStatus[] {
    return [...this.#views.values()].map((view) => ({ ...view.scope, ...view.progress, bytes: view.bytes() }))
  }

  #use(scope: Scope): PlacedView<Index> {
    const key = scopeKey(scope)
    const view = this.#views.get(key) ?? new PlacedView(scope, partitionOf(partitionKey(scope)), this.#parts)
    this.#views.delete(key)
    this.#views.set(key, view)
    return view
  }

  #changed(key: string): void {
    const view = this.#views.get(key)
    // A hosted view may have its last word behind its leave.
    if (view === undefined) return
    if (view.progress.rows === 0 && !view.inUse) this.#drop(key)
    else this.#size(key, view.bytes())
    this.#makeRoom()
    this.#parts.metrics.resident(this.#views.size, this.#bytes)
  }

  #makeRoom(): void {
    const lastUsed = [...this.#views.keys()].at(-1)
    for (const [key, view] of this.#views) {
      if (this.#bytes <= this.#parts.limits.viewBudgetBytes) return
      if (view.inUse || key === lastUsed) continue
      this.#parts.metrics.dropped('budget', this.#sizes.get(key) ?? 0)
      this.#drop(key)
    }
  }

  #size(key: string, bytes: number): void {
    this.#bytes += bytes - (this.#sizes.get(key) ?? 0)
    this.#sizes.set(key, bytes)
  }

  /** Names that nobody ever wrote to take no room either. */
  #drop(key: string): void {
    this.#size(key, 0)
    this.#sizes.delete(key)
    this.#views.get(key)?.close()
    this.#views.delete(key)
  }
}
