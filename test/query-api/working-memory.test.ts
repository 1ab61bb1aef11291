import test from 'ava'
import { forget, memoryId, remember } from './support/commands.ts'
import { FoldedLog } from './support/folded-log.ts'
import { offsetOf, partition, reader, refusal, scope, serve } from './support/serve.ts'

test('working memory shows what it holds, highest priority first, with the figures of its density matrix', async (t) => {
  const { api, log } = serve()
  for (const id of [1, 2, 3]) log.append(scope, remember(id, `memory ${id}`))
  const answer = await api.workingMemory(reader, 'notes')
  t.deepEqual(
    answer.items.map(({ content, priority }) => [content, priority]),
    [
      ['memory 3', 3],
      ['memory 2', 2],
      ['memory 1', 1],
    ],
  )
  t.deepEqual(answer.density, { exposures: 3, trace: 1, purity: 0.5, dimension: 256 })
  t.is(offsetOf(answer.position), 3)
})

test('an item whose time is up is left out: working memory knows no time', async (t) => {
  const { api, log, time } = serve()
  log.append(scope, remember(1, 'short', { recordedAt: 1_000, ttlSeconds: 10 }))
  log.append(scope, remember(2, 'long'))
  time.now = 11_000
  const { items } = await api.workingMemory(reader, 'notes')
  t.deepEqual(
    items.map((item) => item.memoryId),
    [memoryId(2)],
  )
})

test('an item that is retired since is left out', async (t) => {
  const log = new FoldedLog()
  const state = async () => ({
    position: { generation: log.generationOf(partition, 1)!, partition, offset: 1 },
    items: [{ memoryId: memoryId(1), priority: 1 }],
    density: { exposures: 1, trace: 1, purity: 1, dimension: 256 },
  })
  const { api } = serve(log, { workingMemory: { state, report: async () => null } })
  log.append(scope, remember(1, 'one'))
  t.is((await api.workingMemory(reader, 'notes')).items.length, 1)
  log.append(scope, forget([1], 2_000))
  t.is((await api.workingMemory(reader, 'notes')).items.length, 0)
})

test('a namespace that nobody wrote to has an empty working memory', async (t) => {
  const answer = await serve().api.workingMemory(reader, 'nowhere')
  t.deepEqual(answer.items, [])
  t.deepEqual(answer.density, { exposures: 0, trace: 1, purity: 1 / 256, dimension: 256 })
  t.is((await refusal(serve().api.workingMemory({ ...reader, namespaces: ['a'] }, 'b'))).code, 'forbidden')
})
