/** An offset was asked for that the log does not hold: it was cut, at either end, or exchanged. No retry mends it. */
export class OffsetOutOfRangeError extends Error {
  readonly partition: number
  readonly offset: number

  constructor(partition: number, offset: number, range: { readonly first: number; readonly end: number }) {
    super(
      `offset ${offset} is not in partition ${partition} of the log, which begins at ${range.first} and ends before ${range.end}`,
    )
    this.name = 'OffsetOutOfRangeError'
    this.partition = partition
    this.offset = offset
  }
}
