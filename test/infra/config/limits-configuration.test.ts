import test from 'ava'
import { limitsConfiguration } from '../../../infra/config/limits-configuration.ts'

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
