/** Where the view cache reports what it does. Calls must be cheap and never throw. */
export interface ViewMetrics {
  /** A view was loaded from nothing: its rows and how long that took. */
  loaded(rows: number, milliseconds: number): void
  /** A view was dropped: `budget` to make room, `replaced` because its log, fold or settings are others now. */
  dropped(reason: 'budget' | 'replaced', bytes: number): void
  /** What is resident now. */
  resident(views: number, bytes: number): void
}

export const noViewMetrics: ViewMetrics = { loaded() {}, dropped() {}, resident() {} }
