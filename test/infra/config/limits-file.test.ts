import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { readLimitsFile } from '../../../infra/config/limits-file.ts'
import { tenantLimitFields } from '../../../infra/limits/tenant-limit-fields.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

function read(t: ExecutionContext, content: unknown) {
  const path = join(temporaryFolder(t), 'limits.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return readLimitsFile(path)
}

test('a file says what all tenants may, and what single ones may', (t) => {
  const acme = Object.fromEntries(Object.entries(tenantLimitFields).map(([name, { most }]) => [name, most]))
  const least = Object.fromEntries(Object.entries(tenantLimitFields).map(([name, { least }]) => [name, least]))
  t.deepEqual(read(t, { default: least, tenants: { acme } }), { default: least, tenants: new Map([['acme', acme]]) })
  t.deepEqual(read(t, {}), { default: {}, tenants: new Map() })
  t.deepEqual(readLimitsFile(undefined), { default: {}, tenants: new Map() })
})

const refused: ReadonlyArray<readonly [string, unknown, RegExp]> = [
  ['that is no JSON', '{', /is not JSON: .*Expected: \{"default"/],
  ['that is a list', [], /has no object where the file is/],
  ['with a part that is not known', { tenant: {} }, /has tenant, which is not known\. Expected: default and tenants/],
  [
    'of a field that is not known',
    { default: { kk: 1 } },
    /has default\.kk, which is not known\. Expected: one of .*\bk\b/,
  ],
  ['of a field that all objects have', { default: { toString: 1 } }, /has default\.toString, which is not known/],
  ['of a tenant that is no object', { tenants: { acme: 3 } }, /has no object where tenants\.acme is/],
  ['of a tenant that cannot be', { tenants: { 'a/b': {} } }, /has tenants\.a\/b, which is no name of a tenant/],
  [
    'with more than the contract',
    { tenants: { acme: { k: 101 } } },
    /has tenants\.acme\.k as 101\. Expected: .* from 1 to 100\./,
  ],
  ['with less than can be', { default: { page: 0 } }, /has default\.page as 0\. Expected: .* from 1 to 500\./],
  ['with half a number', { default: { tags: 1.5 } }, /has default\.tags as 1\.5/],
  ['with a number in quotes', { default: { links: '3' } }, /has default\.links as "3"/],
  ['with nothing', { default: { namespaces: null } }, /has default\.namespaces as null\. Expected: .*, 0 for no limit/],
]
for (const [what, content, message] of refused) {
  test(`a file ${what} refuses the start, by name`, (t) => {
    t.throws(() => read(t, content), { message, name: 'ConfigurationError' })
  })
}

test('a file that is not there refuses the start', (t) => {
  t.throws(() => readLimitsFile('/nowhere/limits.json'), { message: /SOMABRAIN_LIMITS_FILE cannot be read: ENOENT/ })
})
