import test from 'ava'
import { composeHealth } from '../../../infra/telemetry/health.ts'

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

test('a probe that throws at once, or throws no Error, is a failing part', async (t) => {
  const report = await composeHealth({
    ...frame,
    components: {
      kafka: {
        probe: () => {
          throw new Error('no broker')
        },
      },
      redis: { backend: 'embedded', probe: () => Promise.reject('odd') },
    },
  })()
  t.deepEqual(report.components, {
    kafka: { status: 'unhealthy', error: 'no broker' },
    redis: { status: 'unhealthy', error: 'odd', backend: 'embedded' },
  })
})

test('a part that is not in use does not count', async (t) => {
  const report = await composeHealth({ ...frame, components: { opa: 'disabled', kafka: { probe: works } } })()
  t.is(report.status, 'healthy')
  t.deepEqual(report.components.opa, { status: 'disabled' })
})
