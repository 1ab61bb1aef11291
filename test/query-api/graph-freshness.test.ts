import test from 'ava'
import { partitionKey, partitionOf } from '../../domain/partition.ts'
import type { Progress } from '../../query-api/ports/progress.ts'
import { link, memoryId, remember } from './support/commands.ts'
import { FoldedLog } from './support/folded-log.ts'
import { offsetOf, reader, refusal, scope, serve } from './support/serve.ts'
import { around, between, chain, idsOf } from './support/walks.ts'

test('an answer names its position, and waits for the one that it is asked behind', async (t) => {
  const { api, log } = chain()
  const answer = await api.neighbours(reader, around(2))
  t.true(offsetOf(answer.position) >= 0)
  const path = await api.path(reader, between(1, 2, { after: answer.position }))
  t.is(path.position, answer.position)
  t.deepEqual(path.degraded, [])
  t.is((await refusal(api.neighbours(reader, around(2, { after: 'nonsense' })))).code, 'invalid_position')
  log.append(scope, remember(40, 'later'))
  t.true(offsetOf((await api.neighbours(reader, around(2))).position) > offsetOf(answer.position))
})

test('what is not folded in time is waited for, refused behind a position, and else missing and said so', async (t) => {
  const log = new FoldedLog({ autoFold: false })
  const partition = partitionOf(partitionKey(scope))
  log.append(scope, remember(1, 'thing 1'))
  log.append(scope, remember(2, 'thing 2'))
  log.fold(partition)
  const { api } = serve(log)
  const after = log.append(scope, link(1, 'about', 2, 5_000))
  t.like(await refusal(api.neighbours(reader, around(1, { after }))), { code: 'not_yet_visible', field: 'after' })
  const behind = await api.neighbours(reader, around(1))
  t.deepEqual([behind.items, behind.degraded], [[], ['lag']])
  log.fold(partition)
  const asked = await api.neighbours(reader, around(1, { after }))
  t.deepEqual([idsOf(asked), asked.position, asked.degraded], [[memoryId(2)], after, []])
})

test('a store that stands behind what was folded before does not pass for what was asked', async (t) => {
  const log = new FoldedLog({ autoFold: false })
  const partition = partitionOf(partitionKey(scope))
  log.append(scope, remember(1, 'thing 1'))
  log.fold(partition)
  const after = log.append(scope, remember(2, 'thing 2'))
  const { api } = serve(log, { progress: { ...progressOf(log), waitForFold: async () => true } })
  t.is((await refusal(api.neighbours(reader, around(1, { after })))).code, 'not_yet_visible')
  t.is((await refusal(api.path(reader, between(1, 1, { after })))).code, 'not_yet_visible')
})

test('while the log does not answer, walks go on and say so', async (t) => {
  const { log } = chain()
  const { api } = serve(log, { progress: { ...progressOf(log), logAnswers: () => false } })
  t.deepEqual((await api.neighbours(reader, around(2))).degraded, ['log'])
  t.deepEqual((await api.path(reader, between(1, 4))).degraded, ['log'])
  log.fault = new Error('the store is away')
  t.is((await refusal(api.neighbours(reader, around(2)))).code, 'store_unavailable')
})

test('a memory that was just written is waited for by its position alone', async (t) => {
  const log = new FoldedLog({ autoFold: false })
  const partition = partitionOf(partitionKey(scope))
  const { api } = serve(log, { defaultAfter: 'none' })
  const after = log.append(scope, remember(1, 'thing 1'))
  const asked = around(1, { namespace: null, after })
  t.is((await refusal(api.neighbours(reader, asked))).code, 'not_yet_visible')
  const answer = api.neighbours(reader, asked)
  log.fold(partition)
  t.is((await answer).position, after)
  for (let other = 0; other < 12; other += 1) log.fold(other)
  log.append(scope, remember(2, 'thing 2'))
  const latest = api.neighbours(reader, around(2, { namespace: null, after: 'latest' }))
  log.fold(partition)
  t.is((await latest).memoryId, memoryId(2))
})

const progressOf = (log: FoldedLog): Progress => ({
  generationOf: (partition, offset) => log.generationOf(partition, offset),
  head: (partition) => log.head(partition),
  latestHead: (partition) => log.latestHead(partition),
  logAnswers: () => log.logAnswers(),
  folded: (partition) => log.folded(partition),
  waitForFold: (partition, offset, timeoutMs) => log.waitForFold(partition, offset, timeoutMs),
})
