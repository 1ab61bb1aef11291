/** Where a record stands in the log. */
export interface RecordAddress {
  readonly partition: number
  readonly offset: number
}

/** What became of a dead letter. `open`: nothing was done about it yet. */
export type DeadLetterState =
  | { readonly state: 'open' }
  | {
      readonly state: 'retried'
      readonly operator: string
      readonly at: Date
      /** The record that was appended in its place. */
      readonly appended: RecordAddress
    }
  | { readonly state: 'dropped'; readonly operator: string; readonly at: Date }

/** A record that no schema could read, without its bytes. */
export interface ListedDeadLetter extends RecordAddress {
  readonly reason: string
  /** Of key and value. */
  readonly bytes: number
  readonly became: DeadLetterState
}

/** With its bytes, as they stand in the log. */
export interface FullDeadLetter extends ListedDeadLetter {
  readonly key: Uint8Array
  readonly value: Uint8Array
}
