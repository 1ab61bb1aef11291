/** What a run came to: told as it goes, and summed up at its end. */
export interface Report {
  readonly violations: readonly string[]
  readonly figures: ReadonlyMap<string, string>
  say(line: string): void
  /** A promise of the system that was broken. */
  violated(what: string): void
  figure(name: string, value: string): void
  /** Counts something that may happen, for the sums at the end. */
  count(what: string): void
  /** Lines of the summary. */
  summary(): readonly string[]
}

const SHOWN_VIOLATIONS = 40

export function createReport(print: (line: string) => void): Report {
  const begun = performance.now()
  const violations: string[] = []
  const figures = new Map<string, string>()
  const counts = new Map<string, number>()
  const say = (line: string): void => print(`${((performance.now() - begun) / 1000).toFixed(1).padStart(7)} s  ${line}`)
  return {
    violations,
    figures,
    say,
    violated(what) {
      violations.push(what)
      if (violations.length <= SHOWN_VIOLATIONS) say(`VIOLATED: ${what}`)
    },
    figure: (name, value) => void figures.set(name, value),
    count: (what) => void counts.set(what, (counts.get(what) ?? 0) + 1),
    summary() {
      const sums = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, count]) => `  ${count} × ${what}`)
      return [
        'figures:',
        ...[...figures].map(([name, value]) => `  ${name}: ${value}`),
        'answers:',
        ...sums,
        violations.length === 0 ? 'every promise was kept' : `${violations.length} promises were broken`,
      ]
    },
  }
}

export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`
