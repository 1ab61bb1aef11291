import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import test from 'ava'

const FILES = ['view-cache', 'recall', 'list', 'plan', 'after-property', 'recall-property', 'switched-build']

test("the query side's own tests hold with every view behind a channel to another thread", async (t) => {
  t.timeout(170_000)
  const files = FILES.map((name) => `test/query-api/${name}.test.ts`)
  const environment = { ...process.env, SOMABRAIN_TEST_VIEWS: 'hosted', SOMABRAIN_TESTS: 'fast', NO_COLOR: '1' }
  const run = promisify(execFile)(process.execPath, ['node_modules/ava/entrypoints/cli.mjs', ...files], {
    env: environment,
  })
  const { stdout } = await run.catch((failure: { stdout: string }) => failure)
  t.regex(stdout, /\d+ tests passed\n/)
  t.notRegex(stdout, /failed|uncaught|rejection/)
})
