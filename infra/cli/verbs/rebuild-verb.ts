import type { VerbContext } from '../verb-context.ts'
import { duration } from '../view/progress-view.ts'
import { paint } from '../view/terminal.ts'
import type { RebuildTask } from './rebuild-line.ts'

const SHOW_EVERY_MS = 2_000

/** Folds the log again and compares the state with what was there. Exit code 1 when they differ. */
export async function rebuildVerb(task: RebuildTask, context: VerbContext): Promise<number> {
  if (task.kind !== 'everything') {
    context.err.write(
      'Builds are of a cluster. An embedded server has one state, which rebuild folds anew: no options.\n',
    )
    return 2
  }
  if (!context.hasData()) {
    context.err.write(`Nothing is stored in ${context.dataDir} yet.\n`)
    return 1
  }
  const startedAt = context.elapsedMs()
  let shownAt = startedAt
  const report = await context.rebuild((done, total) => {
    const now = context.elapsedMs()
    if (now - shownAt < SHOW_EVERY_MS && done < total) return
    shownAt = now
    context.err.write(`folded ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} records\n`)
  })
  const seconds = (context.elapsedMs() - startedAt) / 1000
  const folded = `${report.records.toLocaleString('en-US')} records folded in ${duration(seconds)}`
  context.out.write(`before  ${report.before ?? report.incomparable}\nafter   ${report.after}\n`)
  if (report.auditSetAside !== null) {
    context.out.write(`the audit is chained anew at the next start; what it was is kept in ${report.auditSetAside}\n`)
  }
  if (report.before === null) {
    context.out.write(`${folded}; there was nothing to compare with\n`)
    return 0
  }
  if (report.before === report.after) {
    context.out.write(`${paint(context.out, 'green', 'equal')}: ${folded}\n`)
    return 0
  }
  const remedy = 'the derived state was not what the log says. It is now; keep a copy of the log and report this.'
  context.out.write(`${paint(context.out, 'red', 'DIFFERENT')}: ${remedy}\n`)
  return 1
}
