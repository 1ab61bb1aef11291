import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { installOpa } from '../../../infra/stack/install-opa.ts'
import { policyFile } from '../../../infra/stack/opa.ts'
import { runCommand } from '../../../infra/stack/run-command.ts'
import { readStackSettings } from '../../../infra/stack/stack-settings.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const missing = await missingParts('opa')
const real = missing === null ? test : test.skip
const reason = missing === null ? '' : ` (${missing})`

const { cacheDir } = readStackSettings(process.cwd(), process.env)
const testsOf = (policy: string): string =>
  fileURLToPath(new URL(`../../../infra/opa/tests/${policy}_test.rego`, import.meta.url))

for (const policy of ['development', 'production'] as const) {
  real(`the ${policy} policy passes its own tests, strict checks and the formatter${reason}`, async (t) => {
    const opa = await installOpa(cacheDir)
    const files = [policyFile(policy), testsOf(policy)]
    const report = JSON.parse(await runCommand(opa, ['test', '--format=json', ...files])) as { fail?: boolean }[]
    t.true(report.length > 2 && report.every(({ fail }) => fail !== true))
    await t.notThrowsAsync(runCommand(opa, ['check', '--strict', ...files]))
    t.is(await runCommand(opa, ['fmt', '--list', ...files]), '')
  })
}

real(`the example of the how-to is a condition that the production policy takes${reason}`, async (t) => {
  const opa = await installOpa(cacheDir)
  const page = readFileSync(new URL('../../../docs/how-to/policies.md', import.meta.url), 'utf8')
  const example = /^```rego\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? ''
  const narrowed = readFileSync(policyFile('production'), 'utf8').replace(/^allow if \{[\s\S]*?^\}$/m, example)
  t.true(narrowed.includes('not closed'))
  const file = join(temporaryFolder(t), 'narrowed.rego')
  writeFileSync(file, narrowed)
  await t.notThrowsAsync(runCommand(opa, ['check', '--strict', file]))
})
