import type { VerbContext } from '../verb-context.ts'
import { duration } from '../view/progress-view.ts'
import { paint } from '../view/terminal.ts'

const SHOW_EVERY_MS = 2_000

/** Folds the log again and compares the state with what was there. Exit code 1 when they differ. */
export async function rebuildVerb(context: VerbContext): Promise<number> {
  const startedAt = context.elapsedMs()
  let shownAt = startedAt
  const report = await context.rebuild((done, total) => {
    const now = context.elapsedMs()
    if (now - shownAt < SHOW_EVERY_MS && done < total) return
    shownAt = now
    context.err.write(`folded ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} records\n`)
  })
  const isEqual = report.before === report.after
  const seconds = (context.elapsedMs() - startedAt) / 1000
  context.out.write(
    [
      `before  ${report.before}`,
      `after   ${report.after}`,
      isEqual
        ? `${paint(context.out, 'green', 'equal')}: ${report.records.toLocaleString('en-US')} records folded in ${duration(seconds)}`
        : `${paint(context.out, 'red', 'DIFFERENT')}: the derived state was not what the log says; it is now. Keep the log and report this.`,
      '',
    ].join('\n'),
  )
  return isEqual ? 0 : 1
}
