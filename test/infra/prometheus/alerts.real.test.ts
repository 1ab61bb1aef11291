import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { CommandFailedError, runCommand } from '../../../infra/stack/run-command.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { type CaseFile, caseFiles } from './alert-cases.ts'
import { monitoringTools } from './monitoring-tools.ts'
import { isAlert, root, ruleFiles } from './rule-files.ts'
import { spoiltRules } from './spoilt-rules.ts'

// What the programs that read them make of the rules, their cases and the configurations.

const { tools, missing } = await monitoringTools()
const real = missing === null ? test : test.skip
const reason = missing === null ? '' : ` (${missing})`

const folder = join(root, 'infra/prometheus')

for (const { name, path, rules } of ruleFiles) {
  real(`the rules about ${name} are rules${reason}`, async (t) => {
    t.true(
      (await runCommand(tools!.promtool, ['check', 'rules', '--lint-fatal', path])).includes(
        `${rules.length} rules found`,
      ),
    )
  })
}

for (const { name, path } of caseFiles) {
  real(`the alerts about ${name} fire when they should, and are silent at normal values${reason}`, async (t) => {
    t.true((await runCommand(tools!.promtool, ['test', 'rules', path])).includes('SUCCESS'))
  })
}

/** Runs the cases of a file against other rules. */
async function runCases(into: string, { name, text }: CaseFile, rules: string): Promise<string> {
  const [ruleFile, caseFile] = [join(into, `${name}.rules.yml`), join(into, `${name}.yml`)]
  writeFileSync(ruleFile, rules)
  writeFileSync(caseFile, text.replace(/\n {2}- \S+\/rules\/\S+\.yml\n/, `\n  - ${ruleFile}\n`))
  return await runCommand(tools!.promtool, ['test', 'rules', caseFile])
}

for (const { name, path, rules } of ruleFiles) {
  real(`a threshold or a duration that is wrong in the rules about ${name} fails a case${reason}`, async (t) => {
    t.timeout(300_000)
    const into = temporaryFolder(t)
    const cases = caseFiles.find((one) => one.name === name)!
    const text = readFileSync(path, 'utf8')
    await t.notThrowsAsync(runCases(into, cases, text), 'as they are')
    const unnoticed: string[] = []
    for (const alert of rules.filter(isAlert)) {
      for (const spoilt of spoiltRules(text, alert)) {
        const failure = await runCases(into, cases, spoilt.text).then(
          () => null,
          (error: unknown) => error,
        )
        if (failure === null) unnoticed.push(spoilt.what)
        else if (!(failure instanceof CommandFailedError && failure.message.includes('got:'))) throw failure
      }
    }
    t.deepEqual(unnoticed, [])
  })
}

for (const file of ['prometheus.yml', 'prometheus.production.yml']) {
  real(`Prometheus takes ${file}, with all rules${reason}`, async (t) => {
    const copy = temporaryFolder(t)
    cpSync(folder, copy, { recursive: true })
    const token = join(copy, 'api-token')
    writeFileSync(token, 'a token')
    const written = readFileSync(join(copy, file), 'utf8')
    // Mounted where the container looks for it.
    writeFileSync(join(copy, file), written.replace('/run/somabrain/api-token', token))
    const said = await runCommand(tools!.promtool, ['check', 'config', join(copy, file)])
    t.regex(said, new RegExp(`SUCCESS: ${ruleFiles.length} rule files found`))
  })
}

real(`Alertmanager takes its configuration, and knows whom each severity goes to${reason}`, async (t) => {
  const configuration = join(folder, 'alertmanager.yml')
  t.regex(await runCommand(tools!.amtool, ['check-config', configuration]), /SUCCESS/)
  const receiver = async (severity: string): Promise<string> => {
    const route = ['config', 'routes', 'test', `--config.file=${configuration}`, `severity=${severity}`]
    return (await runCommand(tools!.amtool, route)).trim()
  }
  t.is(await receiver('critical'), 'nobody-yet')
  t.is(await receiver('warning'), 'nobody-yet')
  t.is(await receiver('info'), 'shown-only')
})

real(`the configuration that the documentation gives is one that Alertmanager takes${reason}`, async (t) => {
  const page = readFileSync(join(root, 'docs/how-to/alerts.md'), 'utf8')
  const [, block = ''] = /```yaml\n(route:[^`]*)```/.exec(page) ?? []
  const into = join(temporaryFolder(t), 'own')
  mkdirSync(into)
  writeFileSync(join(into, 'alertmanager.yml'), block)
  t.regex(await runCommand(tools!.amtool, ['check-config', join(into, 'alertmanager.yml')]), /SUCCESS/)
})
