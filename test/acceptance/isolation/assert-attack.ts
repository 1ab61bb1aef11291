import type { ExecutionContext } from 'ava'
import type { AttackReport } from './attack.ts'

/** An attack that was refused everything, or was told nothing, proves nothing. */
export function assertItWasReal(t: ExecutionContext, report: AttackReport, calls: number, seed: number): void {
  t.log(JSON.stringify({ seed, ...report }))
  t.true(report.calls >= calls)
  t.true(report.withOwnData > calls / 20, 'holders see their own')
  t.true(report.ofTools > calls / 200, 'by their tools too')
  t.true(report.compared > calls / 10, 'many ask about what is not theirs')
  for (const status of [200, 202, 400, 403, 404]) t.true((report.ofStatus[status] ?? 0) > 0, `some get ${status}`)
}
