import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test from 'ava'

const GIVEN = { SOMABRAIN_KAFKA_URL: 'kafka://a:1', SOMABRAIN_TEST_SEED: '7', SOMABRAIN_TESTS: 'fast', OTHER: 'x' }
const root = fileURLToPath(new URL('../..', import.meta.url))
const forget = './test/support/forget-settings.ts'

test('what a test starts has no settings of a server that the shell exported, and those that are for tests', async (t) => {
  t.true(readFileSync(join(root, 'ava.config.mjs'), 'utf8').includes(`require: ['${forget}']`))
  const shown = `console.log(JSON.stringify(${JSON.stringify(Object.keys(GIVEN))}.filter((name) => name in process.env)))`
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', forget, '--eval', shown],
    { cwd: root, env: { ...process.env, ...GIVEN } },
  )
  t.deepEqual(JSON.parse(stdout), ['SOMABRAIN_TEST_SEED', 'SOMABRAIN_TESTS', 'OTHER'])
})
