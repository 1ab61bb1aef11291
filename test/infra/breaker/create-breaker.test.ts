import test from 'ava'
import { BreakerOpenError, createBreaker } from '../../../infra/breaker/create-breaker.ts'
import { eventually } from '../../support/eventually.ts'

const fails = () => Promise.reject(new Error('no answer'))

test('a part that fails again and again is left alone, and asked again after a while', async (t) => {
  const breaker = createBreaker('Postgres', { resetMs: 30 })
  t.teardown(() => breaker.close())
  for (let i = 0; i < 5; i++) await t.throwsAsync(breaker.run(fails), { message: 'no answer' })
  t.true(breaker.isOpen())
  let asked = false
  const refusal = await t.throwsAsync(
    breaker.run(async () => {
      asked = true
    }),
    { instanceOf: BreakerOpenError },
  )
  t.regex(refusal.message, /Postgres failed lately/)
  t.false(asked)
  t.is(await eventually(() => breaker.run(async () => 'back')), 'back')
  t.false(breaker.isOpen())
})

test('a failure now and then, and errors that are answers, open nothing', async (t) => {
  const breaker = createBreaker('Postgres', { isAnswer: (error) => (error as Error).message === 'no' })
  t.teardown(() => breaker.close())
  for (let i = 0; i < 4; i++) await t.throwsAsync(breaker.run(fails))
  for (let i = 0; i < 20; i++)
    await t.throwsAsync(
      breaker.run(() => Promise.reject(new Error('no'))),
      { message: 'no' },
    )
  t.false(breaker.isOpen())
})
