import { readFileSync } from 'node:fs'
import test from 'ava'
import { problemCatalogue } from '../../domain/problem-catalogue.ts'
import { settings } from '../../infra/config/settings.ts'
import { requestLimits } from '../../infra/limits/request-limits.ts'
import { tenantLimitFields } from '../../infra/limits/tenant-limit-fields.ts'
import { configurationPage, errorsPage, limitsPage } from '../../scripts/reference-pages.ts'

for (const page of [
  errorsPage(problemCatalogue),
  configurationPage(settings),
  limitsPage(requestLimits, tenantLimitFields),
]) {
  test(`${page.path} is what the code says (if not: npm run docs)`, (t) => {
    t.is(readFileSync(new URL(`../../${page.path}`, import.meta.url), 'utf8'), page.text)
  })
}

test('every code and every setting has its row', (t) => {
  const errors = errorsPage(problemCatalogue).text
  for (const code of Object.keys(problemCatalogue)) t.true(errors.includes(`\`${code}\``), code)
  const configuration = configurationPage(settings).text
  for (const { name } of settings) t.true(configuration.includes(`| \`${name}\` |`), name)
})

test('a bar or a line break in a text does not break the table', (t) => {
  const { text } = configurationPage([{ name: 'A', meaning: 'x | y\nz', default: null, values: ['1'], secret: true }])
  t.true(text.includes('| `A` | unset |  | x \\| y z. One of `1`. Secret: also as `A_FILE`, a path |'))
})
