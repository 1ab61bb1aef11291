import test from 'ava'
import { toConfigureRequest, toForgetRequest, toLinkRequest } from '../../../commands/requests/command-bodies.ts'
import { contractBounds } from '../../../domain/limits/request-bounds.ts'
import { ProblemError } from '../../../domain/problem.ts'

const ID = '0198f0de-3b5a-8c1d-9e2f-4a6b8c0d2e4f'

test('nothing is forgotten by leaving something out', (t) => {
  for (const body of [{}, { filters: {} }, { filters: null }, { namespace: 'a' }, { dry_run: false }]) {
    t.throws(() => toForgetRequest(body, contractBounds), {
      instanceOf: ProblemError,
      message: /Nothing says what to forget/,
    })
  }
})

test('a memory by its id may be anywhere, a filter is about one namespace', (t) => {
  t.is(toForgetRequest({ memory_id: ID }, contractBounds).namespace, null)
  t.is(toForgetRequest({ memory_id: ID, namespace: 'a' }, contractBounds).namespace, 'a')
  t.is(toForgetRequest({ filters: { tags: 'x' } }, contractBounds).namespace, 'default')
})

test('a link leads from one memory to another', (t) => {
  t.throws(() => toLinkRequest({ memory_id: ID, rel: 'a', target: ID.toUpperCase() }), { instanceOf: ProblemError })
})

test('what is left out of a configuration stays as it is', (t) => {
  t.deepEqual(toConfigureRequest('a', { language: 'de' }), { namespace: 'a', language: 'de', profile: null })
  t.throws(() => toConfigureRequest('a', {}), { instanceOf: ProblemError })
})
