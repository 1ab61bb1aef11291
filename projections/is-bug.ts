/** What a wrong program throws, as opposed to a store that does not answer: no retry mends it. */
export const isBug = (error: unknown): boolean =>
  error instanceof TypeError ||
  error instanceof RangeError ||
  error instanceof ReferenceError ||
  !(error instanceof Error)
