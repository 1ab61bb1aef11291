import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { addTapLine, emptyTally, readTapLine, settle } from './tap-tally.ts'

// `npm test`: AVA with a plain report (failures in full, what was skipped by name, one line of sums). With CI=true a skipped
// test fails the run. `--each` names every test. Other arguments go to AVA: files, --match, …
const given = process.argv.slice(2)
const each = given.includes('--each')
const ava = spawn('ava', ['--tap', ...given.filter((argument) => argument !== '--each')], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
const ended: Promise<unknown[]> = once(ava, 'close')

const startedAt = performance.now()
let tally = emptyTally
let inFailure = false
for await (const text of createInterface({ input: ava.stdout })) {
  const line = readTapLine(text)
  tally = addTapLine(tally, line)
  if (line.type !== 'detail') inFailure = line.type === 'failed'
  if (line.type === 'failed') console.log(`✖ ${line.title}`)
  if (line.type === 'skipped') console.log(`- skipped: ${line.title}`)
  if (line.type === 'passed' && each) console.log(`✔ ${line.title}`)
  if (line.type === 'detail' && (inFailure || each)) console.log(text)
}

const [code] = await ended
const nothingSkipped = process.env.CI === 'true'
const verdict = settle(tally, typeof code === 'number' ? code : 1, nothingSkipped)
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
if (nothingSkipped && tally.skipped.length > 0)
  console.log(`${tally.skipped.length} skipped, which fails here (CI=true)`)
console.log(`${verdict.passed} passed, ${verdict.failed} failed, ${tally.skipped.length} skipped in ${seconds} s`)
process.exitCode = verdict.failed === 0 ? 0 : 1
