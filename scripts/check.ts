import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

// `npm run check`: what only reads the code, all at the same time, then the fast tests. What passes is not quoted.
const READERS = ['check:types', 'check:style', 'check:boundaries']

/** What it printed when it failed, else `null`. */
async function failureOf(script: string): Promise<string | null> {
  const run = spawn('npm', ['run', '--silent', script], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err, [code]] = await Promise.all([text(run.stdout), text(run.stderr), once(run, 'close')])
  return code === 0 ? null : `✖ ${script}\n${out}${err}`
}

const failures = (await Promise.all(READERS.map(failureOf))).filter((failure) => failure !== null)
for (const failure of failures) console.error(failure)
if (failures.length > 0) process.exit(1)
const tests = spawn('npm', ['run', '--silent', 'check:tests'], { stdio: 'inherit' })
const [code] = await once(tests, 'exit')
process.exit(typeof code === 'number' ? code : 1)
