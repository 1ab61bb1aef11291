/** How far a projection has folded a partition. It lives in the projection's own store and moves with the data. */
export interface Checkpoint {
  /** Version of the fold that made the state; another version starts over from offset 0. */
  readonly foldVersion: number
  readonly generation: string
  /** Offset of the last folded record, −1 before the first. */
  readonly offset: number
  /** Command id of that record: compared with the log whenever a partition is taken. */
  readonly lastCommandId: string | null
  /** Known time of that record, milliseconds. */
  readonly knownTime: number
}
