import test from 'ava'
import { progressView } from '../../../../infra/cli/view/progress-view.ts'

const progress = {
  files: 0,
  memories: 3_000,
  added: 3_000,
  alreadyThere: 0,
  failed: 0,
  bytesDone: 500,
  bytesTotal: 1_000,
  path: 'guide/a.md',
}

test('where nobody looks a line comes every five seconds, with rate and time left', (t) => {
  const lines: string[] = []
  let now = 0
  const write = (text: string) => void lines.push(text)
  const view = progressView({ columns: 80, isTty: false, hasColour: false, write }, () => now)
  for (now = 1_000; now <= 12_000; now += 1_000) view.update(progress)
  view.stop()
  t.deepEqual(lines, [
    '50 %  3,000 memories  600/s  5 s left  guide/a.md\n',
    '50 %  3,000 memories  300/s  10 s left  guide/a.md\n',
  ])
})
