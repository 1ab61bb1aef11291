import { eventually } from '../../../support/eventually.ts'
import type { Fault } from '../chaos.ts'
import { untilCaughtUp } from '../recovery.ts'
import { seconds } from '../report.ts'

/** Both are stopped in order, copied and started again. */
export const takeCopies: Fault = {
  name: 'copies of the log and of Postgres are taken',
  async inject({ copies }) {
    await copies.take('kafka')
    await copies.take('postgres')
  },
}

/** Long-term memory as it was when the copy was taken: what came since is folded again, with the same outcomes. */
export const olderPostgres: Fault = {
  name: 'an older copy of Postgres is restored',
  async inject({ copies, observer, report }) {
    const before = await observer.folded('long-term')
    await copies.restore('postgres')
    const back = performance.now()
    const older = await eventually(() => observer.folded('long-term'))
    const lost = before.reduce((sum, offset, partition) => sum + offset - older[partition]!, 0)
    await untilCaughtUp(observer)
    report.figure('an older copy of Postgres', `${lost} records folded again in ${seconds(performance.now() - back)}`)
  },
}
