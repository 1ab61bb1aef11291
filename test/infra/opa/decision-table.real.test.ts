import { join } from 'node:path'
import test from 'ava'
import fc from 'fast-check'
import { decide } from '../../../domain/authorisation/decide.ts'
import { ProblemError } from '../../../domain/problem.ts'
import { createOpaPolicy } from '../../../infra/opa/opa-policy.ts'
import { type PolicySet, startOpa } from '../../../infra/stack/opa.ts'
import { readStackSettings } from '../../../infra/stack/stack-settings.ts'
import { type AuthorisationCase, arbitraryCase } from '../../domain/authorisation/arbitrary-case.ts'
import { propertyRuns } from '../../support/property-runs.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const missing = await missingParts('opa')
const real = missing === null ? test : test.skip
const reason = missing === null ? '' : ` (${missing})`

const { cacheDir } = readStackSettings(process.cwd(), process.env)
const MODES = ['development', 'enterprise', 'production'] as const

/** What a real engine with one of the policy sets says to a row of the table. */
async function engineWith(t: Parameters<typeof temporaryFolder>[0], policy: PolicySet) {
  const part = await startOpa({ dir: join(temporaryFolder(t), 'opa'), cacheDir, policy })
  t.teardown(() => part.kill())
  const policies = new Map(
    MODES.map((mode) => [mode, createOpaPolicy({ endpoint: part.url, mode, timeoutMs: 5_000 })] as const),
  )
  t.teardown(() => {
    for (const one of policies.values()) one.close()
  })
  return async ({ mode, action, namespace, ...identity }: AuthorisationCase): Promise<boolean> => {
    try {
      await policies.get(mode)!.authorise(identity, action, namespace)
      return true
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code === 'forbidden') return false
      throw error
    }
  }
}

real(`the production policy and the built-in roles decide every row of the table alike${reason}`, async (t) => {
  const engineSays = await engineWith(t, 'production')
  const seen = { allowed: 0, role: 0, namespace: 0 }
  await fc.assert(
    fc.asyncProperty(fc.array(arbitraryCase, { minLength: 8, maxLength: 8 }), async (rows) => {
      const said = await Promise.all(rows.map(engineSays))
      for (const [i, row] of rows.entries()) {
        const decision = decide(row, row.action, row.namespace)
        seen[decision.allowed ? 'allowed' : decision.reason] += 1
        if (decision.allowed !== said[i]) throw new Error(`${JSON.stringify(row)}: the engine says ${said[i]}`)
      }
    }),
    { numRuns: propertyRuns(400) },
  )
  t.true(seen.allowed > 100 && seen.role > 100 && seen.namespace > 100, JSON.stringify(seen))
})

real(`the development policy allows everything in development, and nothing elsewhere${reason}`, async (t) => {
  const engineSays = await engineWith(t, 'development')
  await fc.assert(
    fc.asyncProperty(arbitraryCase, async (row) => (await engineSays(row)) === (row.mode === 'development')),
    { numRuns: propertyRuns(300) },
  )
  t.pass()
})
