import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { installHadolint } from '../../../infra/docker/install-hadolint.ts'
import { CommandFailedError, runCommand } from '../../../infra/stack/run-command.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { toolOrReason } from './tool-or-reason.ts'

const file = fileURLToPath(new URL('../../../Dockerfile', import.meta.url))
const { path: hadolint, missing } = await toolOrReason(installHadolint)
const lint = missing === null ? test : test.skip
const reason = missing === null ? '' : ` (${missing})`

lint(`the linter has nothing to say about the Dockerfile${reason}`, async (t) => {
  t.is(await runCommand(hadolint!, ['--failure-threshold', 'style', file]), '')
})

const faults: ReadonlyArray<readonly [string, string, (text: string) => string]> = [
  ['an image without a version', 'DL3006', (text) => text.replaceAll(/node:24\S+/g, 'node')],
  ['root at the end', 'DL3002', (text) => text.replace('USER 1000:1000', 'USER root')],
  ['a folder that is no path', 'DL3000', (text) => text.replace('WORKDIR /app', 'WORKDIR app')],
]

for (const [what, rule, spoil] of faults) {
  lint(`${what} is found by ${rule}${reason}`, async (t) => {
    const spoilt = join(temporaryFolder(t), 'Dockerfile')
    writeFileSync(spoilt, spoil(readFileSync(file, 'utf8')))
    const error = await t.throwsAsync(runCommand(hadolint!, ['--failure-threshold', 'style', spoilt]), {
      instanceOf: CommandFailedError,
    })
    t.true(error?.message.includes(rule))
  })
}
