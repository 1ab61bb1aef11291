import test from 'ava'
import fc from 'fast-check'
import { partitionKey, partitionOf } from '../../domain/partition.ts'
import { encodePosition } from '../../domain/position.ts'
import { ProblemError } from '../../domain/problem.ts'
import { awaitFold, freshnessOf } from '../../query-api/freshness.ts'
import { remember } from './support/commands.ts'
import { FIRST_GENERATION, FoldedLog } from './support/folded-log.ts'

const scope = { tenant: 'acme', namespace: 'notes' }
const partition = partitionOf(partitionKey(scope))

function logOf(records: number, options = {}) {
  const log = new FoldedLog(options)
  for (let id = 1; id <= records; id += 1) log.append(scope, remember(id, `memory ${id}`))
  return log
}

const problem = async (run: () => Promise<unknown>) => {
  try {
    await run()
  } catch (error) {
    if (error instanceof ProblemError) return error.problem
    throw error
  }
  return null
}

test('latest is the head of the namespace at arrival', async (t) => {
  t.deepEqual(await freshnessOf('latest', partition, logOf(3), 'none'), { offset: 3, strict: true })
})

test('without after the way of running decides: the head, as far as possible, or nothing in particular', async (t) => {
  t.deepEqual(await freshnessOf(null, partition, logOf(3), 'latest'), { offset: 3, strict: false })
  t.deepEqual(await freshnessOf(null, partition, logOf(3), 'none'), { offset: -1, strict: false })
})

test('a position of this log is the offset that it names', async (t) => {
  const log = logOf(3)
  t.deepEqual(await freshnessOf(log.positionText(partition, 2), partition, log, 'none'), { offset: 2, strict: true })
})

test('a position of an empty log asks for nothing', async (t) => {
  const empty = encodePosition({ generation: '0'.repeat(16), partition, offset: -1 })
  t.is((await freshnessOf(empty, partition, logOf(3), 'none')).offset, -1)
})

for (const [name, text] of [
  ['text that is no position', 'yesterday'],
  ['the empty text', ''],
  [
    'a position of another partition',
    encodePosition({ generation: FIRST_GENERATION, partition: partition + 1, offset: 1 }),
  ],
  ['a position of another log', encodePosition({ generation: 'f'.repeat(16), partition, offset: 1 })],
  ['a position of another log beyond the head', encodePosition({ generation: 'f'.repeat(16), partition, offset: 99 })],
] as const) {
  test(`${name} is refused, naming the field`, async (t) => {
    const refusal = await problem(() => freshnessOf(text, partition, logOf(3), 'none'))
    t.is(refusal?.code, 'invalid_position')
    t.is(refusal?.field, 'after')
  })
}

test('after a restore, older positions stay valid below it and those of the lost end are refused', async (t) => {
  const log = logOf(5)
  const kept = log.positionText(partition, 2)
  const lost = log.positionText(partition, 5)
  log.restoreLog(partition, 3, 'b'.repeat(16))
  for (let id = 10; id < 15; id += 1) log.append(scope, remember(id, `memory ${id}`))
  t.is((await freshnessOf(kept, partition, log, 'none')).offset, 2)
  t.is((await problem(() => freshnessOf(lost, partition, log, 'none')))?.code, 'invalid_position')
})

test('a position that another process was given a moment ago waits for its fold', async (t) => {
  const log = logOf(3)
  const ahead = encodePosition({ generation: FIRST_GENERATION, partition, offset: 4 })
  const wait = awaitFold(await freshnessOf(ahead, partition, log, 'none'), partition, log, 5_000)
  log.append(scope, remember(4, 'four'))
  t.false(await wait)
})

test('what is not folded in time is a refusal that says when to retry', async (t) => {
  const log = logOf(3, { autoFold: false })
  const error = await t.throwsAsync(awaitFold({ offset: 3, strict: true }, partition, log, 10), {
    instanceOf: ProblemError,
  })
  t.is(error.problem.code, 'not_yet_visible')
  t.true(error.problem.retryAfterSeconds! > 0)
})

test('when nothing was asked for, an answer may lag', async (t) => {
  const log = logOf(3, { autoFold: false })
  t.true(await awaitFold({ offset: 3, strict: false }, partition, log, 10))
})

test('any other text than a position of this log is refused', async (t) => {
  const log = logOf(3)
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.string(), fc.base64String(), fc.stringMatching(/^[A-Za-z0-9_-]{26}$/)),
      async (text) => {
        fc.pre(text !== 'latest')
        t.is((await problem(() => freshnessOf(text, partition, log, 'none')))?.code, 'invalid_position')
      },
    ),
  )
})

test('when the log does not say how far it reaches, latest is not yet visible and anything else is as before', async (t) => {
  const log = logOf(3)
  log.latestHead = () => Promise.reject(new Error('no broker answers'))
  const refusal = await problem(() => freshnessOf('latest', partition, log, 'none'))
  t.is(refusal?.code, 'not_yet_visible')
  t.deepEqual(await freshnessOf(log.positionText(partition, 2), partition, log, 'none'), { offset: 2, strict: true })
})
