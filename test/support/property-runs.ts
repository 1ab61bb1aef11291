/** How many cases a property is tried with: all of them in the full run, a tenth where SOMABRAIN_TESTS=fast. */
export const propertyRuns = (full: number): number =>
  process.env.SOMABRAIN_TESTS === 'fast' ? Math.ceil(full / 10) : full
