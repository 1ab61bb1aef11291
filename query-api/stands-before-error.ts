/** What has changed cannot be opened now, and the index is what it was: an older state, whole, not a wrong one. */
export class StandsBeforeError extends Error {
  constructor(cause: unknown) {
    super('The view stands before what has changed', { cause })
  }
}
