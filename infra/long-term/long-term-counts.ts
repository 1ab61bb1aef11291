/** Rows of each kind in long-term memory. */
export interface LongTermCounts {
  readonly memories: number
  readonly links: number
  readonly namespaces: number
  readonly outcomes: number
  readonly deadLetters: number
}
