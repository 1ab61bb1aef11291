import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import test from 'ava'

// With little data, so that nothing is measured: that each of them runs, and says something. Those that start servers and offer load to them for long, and those that
// need the real parts, are left out.

const script = fileURLToPath(new URL('../../scripts/bench.ts', import.meta.url))

const run = async (words: string): Promise<{ readonly code: number | null; readonly printed: string }> => {
  const argv = ['--disable-warning=ExperimentalWarning', script, ...words.split(' ')]
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => chunks.push(text))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, printed: chunks.join('') })))
}

const calls = [
  'audit 2000',
  'dense-recall --rows 2000 --queries 5',
  'dense-scan --rows 2000 --queries 2',
  'fold 1000',
  'recall-in-process --sizes 500 --queries 10',
  'recall-scale --sizes 500 --requests 20 --fts5',
  'recall-scale --sizes 500 --requests 20 --vectors',
  'start 200',
  'store 500',
  'store-start 500',
  'view-load 500',
]

for (const words of calls) {
  test.serial(`npm run bench -- ${words}`, async (t) => {
    const { code, printed } = await run(words)
    t.is(code, 0, printed)
    t.regex(printed.replace(/^== .*$/m, ''), /\d/)
  })
}

test('a benchmark that is not there is named, with those that are', async (t) => {
  const { code, printed } = await run('audits')
  t.is(code, 1)
  t.regex(printed, /^no benchmark is called audits; there are append, archive, /)
})
