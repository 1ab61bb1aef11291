/** How far the log reaches and how far long-term memory has folded it. Offsets are of the last included record. */
export interface Progress {
  /** Generation that `offset` of `partition` belongs to (a restored log opens a new one), or `null` beyond the end. */
  generationOf(partition: number, offset: number): string | null
  /** Last offset that is known to be in the log. */
  head(partition: number): number
  /** Last offset in the log, as it says itself when asked now. Rejects when it does not answer. */
  latestHead(partition: number): Promise<number>
  /** Whether the log answered when it was last heard of. */
  logAnswers(): boolean
  /** Last offset that long-term memory has folded. */
  folded(partition: number): number
  /** Resolves true as soon as `offset` is folded, false after `timeoutMs`. */
  waitForFold(partition: number, offset: number, timeoutMs: number): Promise<boolean>
}
