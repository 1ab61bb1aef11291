import test from 'ava'
import type { EmbedProgress } from '../../../commands/embed-pass.ts'
import { readCommandLine } from '../../../infra/cli/command-line.ts'
import { reembedVerb } from '../../../infra/cli/verbs/reembed-verb.ts'
import { createTerminal } from '../../../infra/cli/view/terminal.ts'

type Tell = (progress: EmbedProgress) => void

async function run(
  embedAll: (signal: AbortSignal, tell: Tell) => Promise<EmbedProgress>,
  stop = new AbortController(),
) {
  const printed: string[] = []
  const stream = { write: (text: string) => printed.push(text), isTTY: false, columns: 80 }
  const terminal = createTerminal(stream as never, { NO_COLOR: '1' })
  let now = 0
  const elapsedMs = (): number => {
    now += 1500
    return now
  }
  const context = { out: terminal, err: terminal, elapsedMs, signal: stop.signal }
  const code = await reembedVerb({ model: 'second', stated: 'openai:http://host' }, { embedAll }, context)
  return { code, printed: printed.join('') }
}

test('reembed needs to know by what', (t) => {
  t.like(readCommandLine(['reembed'], {}), { verb: 'wrong', problem: 'reembed needs --to: onnx:FOLDER or openai:URL' })
  t.deepEqual(readCommandLine(['reembed', '--to', 'onnx:/m'], {}), { verb: 'reembed', to: 'onnx:/m' })
})

test('progress and rate are shown, and at the end what to do next', async (t) => {
  const { code, printed } = await run(async (_, tell) => {
    tell({ seen: 0, embedded: 0, waiting: 1280 })
    tell({ seen: 1000, embedded: 64, waiting: 1216 })
    tell({ seen: 2000, embedded: 128, waiting: 1152 })
    return { seen: 2000, embedded: 1280, waiting: 0 }
  })
  t.is(code, 0)
  t.regex(printed, /embedded 64 of 1,280, \d+\.\d\/s, \d+ min \d+ s left/)
  t.regex(printed, /embedded {2}1,280 of 2,000 memories by second in /)
  t.true(printed.includes('SOMABRAIN_EMBEDDER=openai:http://host'))
})

test('ended early, it says how to go on, and is no success', async (t) => {
  const stop = new AbortController()
  const { code, printed } = await run(async () => {
    stop.abort()
    return { seen: 10, embedded: 5, waiting: 7 }
  }, stop)
  t.is(code, 1)
  t.true(printed.includes('ended after 5: call it again to go on'))
})
