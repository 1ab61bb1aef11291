import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { addTapLine, emptyTally, readTapLine, settle } from './tap-tally.ts'

// `npm test`: AVA with a plain report (failures in full, what was skipped by name, one line of sums). With CI=true a skipped
// test fails the run. `--each` names every test. Other arguments go to AVA: files, --match, …
const COMPILE_CACHE = fileURLToPath(new URL('../node_modules/.cache/somabrain-tests', import.meta.url))

const given = process.argv.slice(2)
const each = given.includes('--each')
const startedAt = performance.now()
let tally = emptyTally
let inFailure = false

// A group of its own, and pipes that are ours: a process that a failing test leaves behind would hold those of the caller
// open, and whoever reads them would wait for ever.
const ava = spawn('ava', ['--tap', ...given.filter((argument) => argument !== '--each')], {
  stdio: ['ignore', 'pipe', 'pipe'],
  detached: true,
  // Every test file is a thread that loads the same modules: compiled and stripped of types once, they are read from here.
  env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env },
})
const closed = once(ava, 'close')
const group = -(ava.pid ?? 0)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.kill(group, signal))
ava.stderr.on('data', (bytes: Buffer) => process.stderr.write(bytes))
createInterface({ input: ava.stdout }).on('line', report)

function report(text: string): void {
  const line = readTapLine(text)
  tally = addTapLine(tally, line)
  if (line.type !== 'detail') inFailure = line.type === 'failed'
  if (line.type === 'failed') console.log(`✖ ${line.title}`)
  if (line.type === 'skipped') console.log(`- skipped: ${line.title}`)
  if (line.type === 'passed' && each) console.log(`✔ ${line.title}`)
  if (line.type === 'detail' && (inFailure || each)) console.log(text)
}

/** Ends what the tests left behind; whether there was anything. */
function endGroup(): boolean {
  try {
    return process.kill(group, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

const LAST_WORDS_MS = 5_000

const [code] = await once(ava, 'exit')
if (endGroup()) console.log('a test left a process running; it was ended')
await Promise.race([closed, pause(LAST_WORDS_MS, undefined, { ref: false })])

const nothingSkipped = process.env.CI === 'true'
const verdict = settle(tally, typeof code === 'number' ? code : 1, nothingSkipped)
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
if (nothingSkipped && tally.skipped.length > 0) {
  console.log(`${tally.skipped.length} skipped, which fails here (CI=true)`)
}
console.log(`${verdict.passed} passed, ${verdict.failed} failed, ${tally.skipped.length} skipped in ${seconds} s`)
process.exit(verdict.failed === 0 ? 0 : 1)
