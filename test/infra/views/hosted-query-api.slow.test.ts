import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import test from 'ava'

const FILES = [
  'view-cache.test.ts',
  'recall.test.ts',
  'list.test.ts',
  'list-episodes.test.ts',
  'plan.test.ts',
  'after-property.test.ts',
  'recall-property.slow.test.ts',
  'switched-build.test.ts',
]

test("the query side's own tests hold with every view behind a channel to another thread", async (t) => {
  t.timeout(170_000)
  const files = FILES.map((name) => `test/query-api/${name}`)
  // All that AVA is given here is run, also what the fast run leaves out.
  const { SOMABRAIN_TESTS: _fast, ...inherited } = process.env
  const environment = { ...inherited, SOMABRAIN_TEST_VIEWS: 'hosted', NO_COLOR: '1' }
  const run = promisify(execFile)(process.execPath, ['node_modules/ava/entrypoints/cli.mjs', ...files], {
    env: environment,
  })
  const { stdout } = await run.catch((failure: { stdout: string }) => failure)
  t.regex(stdout, /\d+ tests passed\n/)
  t.notRegex(stdout, /failed|uncaught|rejection/)
  for (const name of FILES) {
    const title = name.replace(/(\.slow)?\.test\.ts$/, '')
    t.regex(stdout, new RegExp(`✔ ${title}(\\.slow)? › `), `${name} was run`)
  }
})
