import type { Checkpoint } from '../../domain/checkpoint.ts'
import type { Scope } from '../../domain/names.ts'
import type { IndexSettings, ViewIndex } from '../view-index.ts'

/** A view that has been caught up. */
export interface StandingView<Index extends ViewIndex> {
  readonly scope: Scope
  readonly settings: IndexSettings
  readonly index: Index
  /** Where the index stands; `null` while a catch-up is halfway. */
  adopted(): Checkpoint | null
  /** Rows that catch-ups have put into it. As long as this stands still, the index does. */
  applied(): number
  /** Tombstones among them: with the first, a snapshot of what was before tells too much. */
  tombstones(): number
}

/**
 * Keeps indexes on disk, sealed, so that a cold view need not read and analyse every row again. A snapshot is never
 * needed: whatever is wrong with one, `load` reports it and gives `null`.
 */
export interface ViewSnapshots<Index extends ViewIndex> {
  /** An index made for `settings`, and the checkpoint that it stands at. */
  load(
    scope: Scope,
    settings: IndexSettings,
  ): Promise<{ readonly index: Index; readonly checkpoint: Checkpoint } | null>
  /** Told after each catch-up: writes when enough has changed, behind the answers. Never throws, never waits. */
  stands(view: StandingView<Index>): void
  /** The view was let go: nothing more is written of it. */
  left(scope: Scope): void
  /** Removes what is on disk of a namespace, and the key that it was sealed with. */
  forget(scope: Scope): Promise<void>
}
