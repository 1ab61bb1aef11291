import fc from 'fast-check'

/** As much of a counterexample as a log shows; its seed and path come first and find it again whole. */
const REPORTED = 4_000

/** Of a failed property, AVA tells only the assertion: the case itself would be lost, and with it a fault that is rare. */
fc.configureGlobal({
  reporter(run) {
    const report = fc.defaultReportMessage(run)
    if (report === undefined) return
    console.error(report.slice(0, REPORTED))
    throw new Error(report.slice(0, REPORTED), { cause: run.errorInstance })
  },
})

const { SOMABRAIN_TESTS, SOMABRAIN_PROPERTY_FACTOR = '1' } = process.env

/**
 * How many cases a property is tried with: all of them in the full run, a tenth where SOMABRAIN_TESTS=fast, and
 * SOMABRAIN_PROPERTY_FACTOR times as many where somebody hunts for rare ones.
 */
export const propertyRuns = (full: number): number =>
  SOMABRAIN_TESTS === 'fast' ? Math.ceil(full / 10) : full * Number(SOMABRAIN_PROPERTY_FACTOR)
