import test from 'ava'
import { ProblemError } from '../../../domain/problem.ts'
import { untilStarted } from '../../../infra/cluster/until-started.ts'

interface Greeter {
  greet(name: string): Promise<string>
}

test('until an API is there its calls are refused as starting, and from then on they reach it', async (t) => {
  let current: Greeter | null = null
  const api = untilStarted<Greeter>(() => current)
  const error = await t.throwsAsync(api.greet('Ada'), { instanceOf: ProblemError })
  t.is(error.problem.code, 'starting')
  t.true(error.problem.retryAfterSeconds! > 0)
  current = { greet: async (name) => `hello ${name}` }
  t.is(await api.greet('Ada'), 'hello Ada')
})

test('what the API rejects with passes through', async (t) => {
  const api = untilStarted<Greeter>(() => ({ greet: () => Promise.reject(new Error('not today')) }))
  await t.throwsAsync(api.greet('Ada'), { message: 'not today' })
})
