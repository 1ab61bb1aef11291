import test from 'ava'
import { ProblemError } from '../../../domain/problem.ts'
import { composeHealth } from '../../../infra/telemetry/health.ts'
import { PartFaultError } from '../../../infra/telemetry/part-fault.ts'

const frame = { version: 'v1', mode: 'production', now: () => 0 }
const works = async (): Promise<void> => undefined

test('a part that does not answer is unhealthy, and the others do not wait for it', async (t) => {
  let aborted = false
  const health = composeHealth({
    ...frame,
    timeoutMs: 20,
    components: {
      redis: {
        probe: (signal) => {
          signal.addEventListener('abort', () => {
            aborted = true
          })
          return new Promise(() => undefined)
        },
      },
      postgres: { probe: works },
    },
  })
  const report = await health()
  t.is(report.status, 'degraded')
  t.deepEqual(report.components.redis, { status: 'unhealthy', error: 'Connection timeout' })
  t.is(report.components.postgres?.status, 'healthy')
  t.true(aborted, 'the probe is told to give up')
})

const failing = (error: unknown) => ({ probe: () => Promise.reject(error) })
const withCode = (code: string, message = 'of 10.1.2.3:5432'): Error => Object.assign(new Error(message), { code })

test('what failed is told in a few fixed words, and never in those of the error', async (t) => {
  const host = 'secret.internal'
  const report = await composeHealth({
    ...frame,
    components: {
      refused: failing(withCode('ECONNREFUSED', `connect ECONNREFUSED ${host}:9092`)),
      wrapped: failing(new Error(`${host} gives no decision`, { cause: withCode('ECONNREFUSED') })),
      several: failing(new AggregateError([withCode('ENETUNREACH'), withCode('ECONNREFUSED')], host)),
      nowhere: failing(withCode('ENOTFOUND', `getaddrinfo ENOTFOUND ${host}`)),
      late: failing(withCode('ETIMEDOUT')),
      user: failing(withCode('28P01', `password authentication failed for user "${host}"`)),
      redis: failing(new Error(`WRONGPASS invalid username-password pair of ${host}`)),
      starting: failing(new ProblemError({ code: 'starting', detail: host })),
      fold: failing(new PartFaultError('halted', `partition 3: ${host}`, { facts: { partition: 3 } })),
      throws: {
        probe: () => {
          throw new Error(host)
        },
      },
      odd: { backend: 'embedded', probe: () => Promise.reject(host) },
    },
  })()
  const told = Object.fromEntries(Object.entries(report.components).map(([name, { error }]) => [name, error]))
  t.deepEqual(told, {
    refused: 'Connection refused',
    wrapped: 'Connection refused',
    several: 'Unreachable',
    nowhere: 'Unreachable',
    late: 'Connection timeout',
    user: 'Credentials refused',
    redis: 'Credentials refused',
    starting: 'Starting',
    fold: 'Fold halted',
    throws: 'Failing',
    odd: 'Failing',
  })
  t.is(report.components.fold?.partition, 3)
  t.false(JSON.stringify(report).includes(host))
})

test('the words of an error are told once for each change, however often health is asked', async (t) => {
  const told: unknown[] = []
  let error: Error | null = null
  const health = composeHealth({
    ...frame,
    sharedForMs: 0,
    components: { kafka: { probe: () => (error === null ? works() : Promise.reject(error)) }, redis: { probe: works } },
    changed: (part, failure) => told.push([part, failure?.error ?? null]),
  })
  const [first, other] = [withCode('ECONNREFUSED'), withCode('ENOTFOUND')]
  for (error of [null, first, withCode('ECONNREFUSED'), other, null, null, first]) await health()
  t.deepEqual(told, [
    ['kafka', first],
    ['kafka', other],
    ['kafka', null],
    ['kafka', first],
  ])
})

test('one look answers all who ask in half a second, and what dies is told to who asks behind that', async (t) => {
  let now = 1000
  let asked = 0
  let error: Error | null = null
  const probe = (): Promise<void> => {
    asked += 1
    return error === null ? works() : Promise.reject(error)
  }
  const health = composeHealth({ ...frame, components: { kafka: { probe } }, elapsedMs: () => now })
  await Promise.all(Array.from({ length: 100 }, health))
  t.is(asked, 1)
  error = withCode('ECONNREFUSED')
  now += 499
  t.is((await health()).status, 'healthy')
  t.is(asked, 1)
  now += 1
  t.is((await health()).status, 'degraded')
  t.is(asked, 2)
})

test('a look that still waits for a part is not shared for longer', async (t) => {
  let now = 0
  const answers = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let asked = 0
  const probe = (): Promise<void> => answers[asked++]!.promise
  const health = composeHealth({ ...frame, components: { kafka: { probe } }, elapsedMs: () => now, timeoutMs: 60_000 })
  const early = health()
  now = 500
  const late = health()
  answers[1]!.reject(withCode('ECONNREFUSED'))
  t.is((await late).status, 'degraded')
  answers[0]!.resolve()
  t.is((await early).status, 'healthy')
})

test('a part that is not in use does not count', async (t) => {
  const report = await composeHealth({ ...frame, components: { opa: 'disabled', kafka: { probe: works } } })()
  t.is(report.status, 'healthy')
  t.deepEqual(report.components.opa, { status: 'disabled' })
})
