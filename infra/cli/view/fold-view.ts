import type { FoldFigures } from '../../cluster/rebuild/fold-pace.ts'
import { duration } from './progress-view.ts'
import { paint, type Terminal } from './terminal.ts'

export interface FoldView {
  readonly look: (figures: FoldFigures) => void
  readonly trouble: (reason: string) => void
  readonly say: (line: string) => void
}

/** Every fourth look: they are half a second apart. */
const SHOW_EVERY = 4
/** A projector looks for new builds every two seconds and joins a group within a few more. */
const STILL_MS = 15_000

const count = (value: number): string => Math.round(value).toLocaleString('en-US')

/** How a fold goes, a line every two seconds. */
export function foldView(terminal: Terminal): FoldView {
  let looks = 0
  let lastTrouble = ''
  const say = (line: string): void => terminal.write(`${line}\n`)
  return {
    say,
    look(figures) {
      lastTrouble = ''
      if (looks++ % SHOW_EVERY === 0) say(foldLine(figures))
      if (figures.lag > 0 && figures.stillForMs > STILL_MS && looks % (SHOW_EVERY * 5) === 0) {
        const hint = 'nothing was folded for a while: is a projector of this release running?'
        say(paint(terminal, 'yellow', hint))
      }
    },
    trouble(reason) {
      // Said once, not at every look.
      if (reason !== lastTrouble) say(paint(terminal, 'yellow', `waiting: ${reason}`))
      lastTrouble = reason
    },
  }
}

/** `45,000 of 120,000 records (37 %)  16,000/s  5 s left  75,000 behind the log's head`. */
export const foldLine = (figures: FoldFigures): string =>
  `${doneLine(figures, 'records')}  ${count(figures.lag)} behind the log's head`

/** `seeded 40 of 120 namespaces (33 %)  8/s  10 s left`. */
export const seedLine = (figures: FoldFigures): string => `seeded ${doneLine(figures, 'namespaces')}`

function doneLine({ folded, total, perSecond, secondsLeft }: FoldFigures, what: string): string {
  const percent = total === 0 ? 100 : Math.floor((folded / total) * 100)
  const rate = perSecond === null ? '…' : `${count(perSecond)}/s`
  const left = secondsLeft === null ? '…' : duration(secondsLeft)
  return `${count(folded)} of ${count(total)} ${what} (${percent} %)  ${rate}  ${left} left`
}
