/** Every promise of a move holds for each: rows that it adds come in its statement, or are copied behind it. */
export const WAYS_OF_WRITING = [
  { name: 'inserted', copyFrom: Number.POSITIVE_INFINITY },
  { name: 'copied', copyFrom: 1 },
] as const
