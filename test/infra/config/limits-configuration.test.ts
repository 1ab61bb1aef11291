import test from 'ava'
import { contractBounds } from '../../../domain/limits/request-bounds.ts'
import { boundsConfiguration, limitsConfiguration } from '../../../infra/config/limits-configuration.ts'
import type { LimitsFile } from '../../../infra/config/limits-file.ts'

const read = (values: Record<string, string>, development = false) =>
  limitsConfiguration(new Map(Object.entries(values)), development)

test('in development nothing is limited unless it is set', (t) => {
  t.is(read({}, true), null)
  t.deepEqual(read({ SOMABRAIN_WRITE_DAILY_LIMIT: '5' }, true), { requests: null, memoriesPerDay: 5, namespaces: null })
  t.deepEqual(read({ SOMABRAIN_RATE_RPS: '3' }, true), {
    requests: { perSecond: 3, burst: 6 },
    memoriesPerDay: null,
    namespaces: null,
  })
  t.deepEqual(read({ SOMABRAIN_NAMESPACE_LIMIT: '7' }, true), { requests: null, memoriesPerDay: null, namespaces: 7 })
})

test('elsewhere a tenant has 100 requests a second, 200 at once, 50,000 memories a day and 1,000 namespaces', (t) => {
  t.deepEqual(read({}), { requests: { perSecond: 100, burst: 200 }, memoriesPerDay: 50_000, namespaces: 1_000 })
  t.deepEqual(read({ SOMABRAIN_RATE_BURST: '7' }), {
    requests: { perSecond: 100, burst: 7 },
    memoriesPerDay: 50_000,
    namespaces: 1_000,
  })
})

test('0 turns a limit off', (t) => {
  const off = { SOMABRAIN_RATE_RPS: '0', SOMABRAIN_WRITE_DAILY_LIMIT: '0' }
  t.is(read({ ...off, SOMABRAIN_NAMESPACE_LIMIT: '0' }), null)
  t.deepEqual(read(off), { requests: null, memoriesPerDay: null, namespaces: 1_000 })
  t.deepEqual(read({ SOMABRAIN_RATE_RPS: '0' }), { requests: null, memoriesPerDay: 50_000, namespaces: 1_000 })
})

for (const [name, value] of [
  ['SOMABRAIN_RATE_RPS', 'fast'],
  ['SOMABRAIN_RATE_RPS', '-1'],
  ['SOMABRAIN_RATE_BURST', '0.5'],
  ['SOMABRAIN_WRITE_DAILY_LIMIT', '1e9'],
  ['SOMABRAIN_NAMESPACE_LIMIT', 'few'],
] as const) {
  test(`${name}=${value} refuses the start, by name`, (t) => {
    t.throws(() => read({ [name]: value }), { message: new RegExp(`${name} is "${value}"`) })
  })
}

test('a burst without a rate refuses the start', (t) => {
  t.throws(() => read({ SOMABRAIN_RATE_BURST: '7' }, true), { message: /SOMABRAIN_RATE_RPS is not set/ })
})

const file = (everyone: LimitsFile['default'], tenants: Record<string, LimitsFile['default']> = {}): LimitsFile => ({
  default: everyone,
  tenants: new Map(Object.entries(tenants)),
})
const withFile = (stated: LimitsFile, values: Record<string, string> = {}, development = true) =>
  limitsConfiguration(new Map(Object.entries(values)), development, stated)

test('a tenant is limited as the file says of it, then as it says of all, then as the settings say', (t) => {
  const stated = file({ namespaces: 5 }, { acme: { daily_memories: 7 }, free: { rate_rps: 0, namespaces: 0 } })
  const limits = withFile(stated, { SOMABRAIN_RATE_RPS: '3' }, false)
  const everyone = { requests: { perSecond: 3, burst: 6 }, memoriesPerDay: 50_000, namespaces: 5 }
  t.like(limits, everyone)
  t.deepEqual(limits?.tenants?.get('acme'), { ...everyone, memoriesPerDay: 7 })
  t.deepEqual(limits?.tenants?.get('free'), { requests: null, memoriesPerDay: 50_000, namespaces: null })
})

test('a tenant with a rate of its own has a burst of its own', (t) => {
  const tenants = { slow: { rate_rps: 2 }, sudden: { rate_burst: 9 }, both: { rate_rps: 2, rate_burst: 3 } }
  const limits = withFile(file({ rate_rps: 100, rate_burst: 500 }, tenants))
  t.deepEqual(limits?.tenants?.get('slow')?.requests, { perSecond: 2, burst: 4 })
  t.deepEqual(limits?.tenants?.get('sudden')?.requests, { perSecond: 100, burst: 9 })
  t.deepEqual(limits?.tenants?.get('both')?.requests, { perSecond: 2, burst: 3 })
})

test('one limited tenant is enough for limits, and a file that limits nobody is none', (t) => {
  t.like(withFile(file({}, { acme: { namespaces: 2 } })), { requests: null, memoriesPerDay: null, namespaces: null })
  t.is(withFile(file({ k: 5 }, { acme: { namespaces: 0, tags: 3 } })), null)
})

test('what is said twice, or half, refuses the start', (t) => {
  t.throws(() => withFile(file({ rate_rps: 1 }), { SOMABRAIN_RATE_RPS: '1' }), {
    message: /SOMABRAIN_RATE_RPS is given twice, also as default\.rate_rps of SOMABRAIN_LIMITS_FILE/,
  })
  t.throws(() => withFile(file({}, { acme: { rate_burst: 2 } })), {
    message: /SOMABRAIN_LIMITS_FILE has tenants\.acme\.rate_burst and no rate.*tenants\.acme\.rate_rps too/,
  })
  t.throws(() => withFile(file({ rate_burst: 2 })), { message: /default\.rate_burst and no rate/ })
})

test('a request of a tenant holds what the file says, and what it does not say is the contract’s', (t) => {
  const boundsOf = boundsConfiguration(file({ tags: 9, k: 50 }, { acme: { metadata_bytes: 100, k: 60 } }))
  t.deepEqual(boundsOf('other'), { ...contractBounds, tags: 9, k: 50 })
  t.deepEqual(boundsOf('acme'), { ...contractBounds, tags: 9, k: 60, metadataBytes: 100 })
  t.deepEqual(boundsConfiguration(file({}))('acme'), contractBounds)
})
