import test from 'ava'
import { forget, link, memoryId, remember } from './support/commands.ts'
import { planning, reader, refusal, scope, serve } from './support/serve.ts'

const ids = (answer: { steps: readonly { memory: { memoryId: string } }[] }) =>
  answer.steps.map((step) => step.memory.memoryId)

function house() {
  const served = serve()
  const { log } = served
  log.append(scope, remember(1, 'Paint the kitchen', { secret: { metadata: { cost: 3 } } }))
  log.append(scope, remember(2, 'Plaster every wall'))
  log.append(scope, remember(3, 'Order gypsum'))
  log.append(scope, remember(4, 'Feed the cat'))
  log.append(scope, link(1, 'depends_on', 2, 5_000))
  log.append(scope, link(2, 'requires', 3, 5_001))
  return served
}

test('a plan puts what the goal depends on first, with the link that says so', async (t) => {
  const { api } = house()
  const answer = await api.plan(reader, planning('paint the kitchen'))
  t.deepEqual(ids(answer), [memoryId(3), memoryId(2), memoryId(1)])
  t.deepEqual(
    answer.steps.map(({ step }) => step),
    [1, 2, 3],
  )
  t.deepEqual(answer.steps[2]?.dependsOn, [{ memoryId: memoryId(2), rel: 'depends_on' }])
  t.is(answer.steps[2]?.cost, 3)
  t.is(answer.steps[0]?.memory.content, 'Order gypsum')
  t.deepEqual(answer.missing, [])
})

test('a prerequisite that is retired is named as missing', async (t) => {
  const { api, log } = house()
  log.append(scope, forget([3], 9_000))
  const answer = await api.plan(reader, planning('paint the kitchen'))
  t.deepEqual(ids(answer), [memoryId(2), memoryId(1)])
  t.deepEqual(answer.missing, [{ memoryId: memoryId(3), neededBy: memoryId(2), rel: 'requires' }])
})

test('what was corrected is planned as its correction, with the links of both', async (t) => {
  const { api, log } = house()
  const correction = { recordedAt: 9_000, supersedes: memoryId(2) }
  log.append(scope, remember(5, 'Plaster the north wall only', correction))
  log.append(scope, link(5, 'derived_from', 2, 9_001))
  log.append(scope, link(5, 'depends_on', 4, 9_002))
  const answer = await api.plan(reader, planning('paint the kitchen'))
  t.deepEqual(ids(answer).slice(-2), [memoryId(5), memoryId(1)])
  t.deepEqual(new Set(ids(answer).slice(0, 2)), new Set([memoryId(3), memoryId(4)]))
  t.deepEqual(answer.cycles, [])
})

test('a cycle is named', async (t) => {
  const { api, log } = house()
  log.append(scope, link(3, 'depends_on', 1, 6_000))
  const answer = await api.plan(reader, planning('paint the kitchen'))
  t.deepEqual(new Set(answer.cycles[0]), new Set([memoryId(1), memoryId(2), memoryId(3)]))
  t.true(ids(answer).includes(memoryId(1)))
})

test('a walk that ends at a limit says what it did not look at', async (t) => {
  const served = serve(undefined, { limits: { planDepth: 1 } })
  const { api, log } = served
  for (let id = 1; id <= 5; id += 1) log.append(scope, remember(id, id === 1 ? 'the goal' : `thing number ${id}`))
  for (let id = 1; id <= 4; id += 1) log.append(scope, link(id, 'depends_on', id + 1, 5_000 + id))
  const answer = await api.plan(reader, planning('goal'))
  t.deepEqual(answer.unexplored, [{ memoryId: memoryId(3), neededBy: memoryId(2), rel: 'depends_on' }])
})

test('nothing recalled is an empty plan, a namespace out of reach a refusal', async (t) => {
  const { api } = house()
  t.deepEqual((await api.plan(reader, planning('zeppelin'))).steps, [])
  t.is((await refusal(api.plan({ ...reader, namespaces: ['other'] }, planning('paint')))).code, 'forbidden')
})
