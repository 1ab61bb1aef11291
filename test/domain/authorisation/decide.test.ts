import test from 'ava'
import fc from 'fast-check'
import { actions, concernsWholeTenant } from '../../../domain/authorisation/action.ts'
import { decide } from '../../../domain/authorisation/decide.ts'
import { rolesThatMay } from '../../../domain/authorisation/role-matrix.ts'
import type { Role } from '../../../domain/identity.ts'
import { propertyRuns } from '../../support/property-runs.ts'
import { arbitraryCase } from './arbitrary-case.ts'

const allRoles: readonly Role[] = ['reader', 'writer', 'admin', 'auditor']

const may = (roles: readonly Role[]): string[] =>
  actions.filter((action) => decide({ roles, namespaces: null }, action, 'a').allowed)

test('each role may do what its name says, and nothing else', (t) => {
  const reading = ['recall', 'plan', 'list', 'read']
  const writing = ['remember', 'forget', 'restore', 'link', 'unlink', 'feedback']
  t.deepEqual(may(['reader']).toSorted(), reading.toSorted())
  t.deepEqual(may(['writer']).toSorted(), writing.toSorted())
  t.deepEqual(
    may(['admin']).toSorted(),
    [...reading, ...writing, 'configure', 'export', 'erase', 'receipt', 'metrics'].toSorted(),
  )
  t.deepEqual(may(['auditor']).toSorted(), ['audit', 'metrics', 'receipt'])
})

test('no role is no permission, and a role that is not known is none', (t) => {
  for (const roles of [[], ['owner'], ['constructor'], ['__proto__'], ['hasOwnProperty', '']]) {
    t.deepEqual(may(roles as Role[]), [], JSON.stringify(roles))
  }
})

test('there is someone for every action', (t) => {
  for (const action of actions) t.not(rolesThatMay(action).length, 0, action)
})

test('roles together may do what one of them may', (t) => {
  fc.assert(
    fc.property(fc.subarray([...allRoles]), fc.subarray([...allRoles]), (some, others) => {
      const together = new Set([...may(some), ...may(others)])
      return (
        may([...some, ...others]).every((action) => together.has(action)) &&
        together.size === may([...some, ...others]).length
      )
    }),
    { numRuns: propertyRuns(400) },
  )
  t.pass()
})

test('a credential bound to namespaces reaches no other one, and nothing that is about the whole tenant', (t) => {
  fc.assert(
    fc.property(arbitraryCase, ({ roles, namespaces, action, namespace }) => {
      const bound = decide({ roles, namespaces }, action, namespace)
      if (namespaces === null) return
      const reaches = namespace === null ? !concernsWholeTenant(action) : namespaces.includes(namespace)
      const unbound = decide({ roles, namespaces: null }, action, namespace)
      if (bound.allowed !== (reaches && unbound.allowed)) throw new Error('a binding does more or less than it says')
    }),
    { numRuns: propertyRuns(2000) },
  )
  t.pass()
})

test('an auditor sees no contents, whatever the namespace', (t) => {
  for (const action of ['recall', 'plan', 'list', 'read', 'export'] as const) {
    t.deepEqual(decide({ roles: ['auditor'], namespaces: null }, action, null), { allowed: false, reason: 'role' })
  }
})
