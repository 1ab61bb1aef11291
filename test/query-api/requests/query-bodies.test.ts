import test from 'ava'
import { contractBounds } from '../../../domain/limits/request-bounds.ts'
import { encodePosition } from '../../../domain/position.ts'
import { ProblemError } from '../../../domain/problem.ts'
import { toListRequest, toPlanRequest, toRecallRequest } from '../../../query-api/requests/query-bodies.ts'

const position = encodePosition({ generation: '0123456789abcdef', partition: 3, offset: 42 })

test('k goes by three names, which must agree', (t) => {
  t.is(toRecallRequest({ query: 'x' }, contractBounds).k, 10)
  for (const body of [{ k: 3 }, { top_k: 3 }, { limit: 3 }, { k: 3, limit: 3 }]) {
    t.is(toRecallRequest({ query: 'x', ...body }, contractBounds).k, 3)
  }
  t.throws(() => toRecallRequest({ query: 'x', k: 3, top_k: 4 }, contractBounds), {
    instanceOf: ProblemError,
    message: /top_k/,
  })
})

test('scopes and filters become one filter', (t) => {
  const ofRun = { op: 'in', field: 'run_id', values: ['r'] }
  t.is(toListRequest({}, contractBounds).filter, null)
  t.is(toListRequest({ filters: {}, user_id: null }, contractBounds).filter, null)
  t.deepEqual(toListRequest({ episode: 'r' }, contractBounds).filter, ofRun as never)
  t.deepEqual(toPlanRequest({ goal: 'x', run_id: 'r', filters: { kind: 'semantic' } }, contractBounds).filter, {
    op: 'and',
    of: [ofRun, { op: 'in', field: 'kind', values: ['semantic'] }],
  } as never)
})

test('after is latest or a position', (t) => {
  t.is(toRecallRequest({ query: 'x', after: 'latest' }, contractBounds).after, 'latest')
  t.is(toRecallRequest({ query: 'x', after: position }, contractBounds).after, position)
  t.is(toRecallRequest({ query: 'x', after: null }, contractBounds).after, null)
  for (const after of ['Latest', position.slice(1), `${position}=`, '42']) {
    const error = t.throws(() => toRecallRequest({ query: 'x', after }, contractBounds), { instanceOf: ProblemError })
    t.like(error?.problem, { code: 'invalid_position', field: 'after' })
  }
})
