/** What a run of tests came to, counted from the lines of its TAP 13 output. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  /** Titles of tests that were skipped or are only planned. */
  readonly skipped: readonly string[]
}

export const emptyTally: Tally = { passed: 0, failed: 0, skipped: [] }

/** What one line of TAP says; `detail` is everything that belongs to the test point before it. */
export type TapLine =
  | { readonly type: 'passed' | 'failed' | 'skipped'; readonly title: string }
  | { readonly type: 'detail' }
  | { readonly type: 'plan' }

/** AVA writes the directive last; a title may hold `#` itself, which AVA leaves as it is. */
const testPoint = /^(not )?ok(?: \d+)? - (.*?)( # (?:SKIP|TODO)\b.*)?$/

export function readTapLine(line: string): TapLine {
  const found = testPoint.exec(line)
  if (found !== null) {
    const title = found[2] ?? ''
    if (found[3] !== undefined) return { type: 'skipped', title }
    return { type: found[1] === undefined ? 'passed' : 'failed', title }
  }
  const isPlan = line === 'TAP version 13' || /^(\d+\.\.\d+|# (tests|pass|skip|fail) \d+)?$/.test(line)
  return isPlan ? { type: 'plan' } : { type: 'detail' }
}

export function addTapLine(tally: Tally, line: TapLine): Tally {
  switch (line.type) {
    case 'passed':
      return { ...tally, passed: tally.passed + 1 }
    case 'failed':
      return { ...tally, failed: tally.failed + 1 }
    case 'skipped':
      return { ...tally, skipped: [...tally.skipped, line.title] }
    default:
      return tally
  }
}

/**
 * The verdict: a run that ended badly without a failing test (it crashed, or found no tests) is a failure of its own, and
 * where nothing may be skipped each skipped test is one.
 */
export function settle(tally: Tally, exitCode: number, nothingSkipped: boolean): Tally {
  const skippedAsFailed = nothingSkipped ? tally.skipped.length : 0
  const failed = tally.failed + skippedAsFailed
  const silent = failed === 0 && (exitCode !== 0 || tally.passed === 0)
  return { ...tally, failed: silent ? 1 : failed }
}
