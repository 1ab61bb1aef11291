import { writeFileSync } from 'node:fs'
import { problemCatalogue } from '../domain/problem-catalogue.ts'
import { settings } from '../infra/config/settings.ts'
import { requestLimits } from '../infra/limits/request-limits.ts'
import { tenantLimitFields } from '../infra/limits/tenant-limit-fields.ts'
import { configurationPage, errorsPage, limitsPage } from './reference-pages.ts'

// `npm run docs`: writes the pages of docs/reference that come out of the code.
for (const { path, text } of [
  errorsPage(problemCatalogue),
  configurationPage(settings),
  limitsPage(requestLimits, tenantLimitFields),
]) {
  writeFileSync(new URL(`../${path}`, import.meta.url), text)
  console.log(`wrote ${path}`)
}
