import test from 'ava'
import { rememberedRow } from '../../domain/long-term/fold-remember.ts'
import { LogUnavailableError } from '../../projections/ports/log-unavailable-error.ts'
import type { WrittenMemories } from '../../query-api/ports/written-memories.ts'
import { reinforce, remember } from './support/commands.ts'
import { FoldedLog } from './support/folded-log.ts'
import { asking, partition, refusal, scope, serve } from './support/serve.ts'

const identity = { tenant: 'acme', principal: 'test', roles: ['reader'], namespaces: null } as const

function served(written?: WrittenMemories) {
  const log = new FoldedLog()
  log.append(scope, remember(1, 'The ferry to Hornby island leaves at noon'))
  log.append(scope, remember(2, 'Bread needs flour, water and salt'))
  log.append(scope, reinforce(1, 5_000))
  const fromLog: WrittenMemories = {
    async written(_scope, wanted) {
      return wanted.flatMap(({ offset }) => {
        const [entry] = log.foldedFrom(partition, offset)
        return entry?.command.type === 'Remember' ? [rememberedRow(entry, entry.command)] : []
      })
    },
  }
  return serve(log, { written: written ?? fromLog })
}

test('while long-term memory does not answer, who takes a stale answer gets what was written', async (t) => {
  const { api, log } = served()
  const fresh = await api.recall(identity, asking('ferry'))
  t.deepEqual(fresh.degraded, [])
  log.fault = new Error('the store is away')
  const stale = await api.recall(identity, asking('ferry', { allowStale: true }))
  t.deepEqual(stale.degraded, ['stale'])
  t.is(stale.position, fresh.position)
  t.is(stale.results[0]?.content, 'The ferry to Hornby island leaves at noon')
  t.is(fresh.results[0]?.rehearsals, 2)
  t.is(stale.results[0]?.rehearsals, 1, 'as it was written')
  t.deepEqual(
    stale.results.map(({ memoryId, score }) => [memoryId, score]),
    fresh.results.map(({ memoryId, score }) => [memoryId, score]),
  )
})

test('who does not take a stale answer is refused, and so is everybody when the log is away too', async (t) => {
  const { api, log } = served({ written: async () => Promise.reject(new LogUnavailableError('away', null)) })
  await api.recall(identity, asking('ferry'))
  log.fault = new Error('the store is away')
  t.is((await refusal(api.recall(identity, asking('ferry')))).code, 'store_unavailable')
  t.is((await refusal(api.recall(identity, asking('ferry', { allowStale: true })))).code, 'store_unavailable')
})

test('a namespace that is not in memory has no stale answer', async (t) => {
  const { api, log } = served()
  log.fault = new Error('the store is away')
  t.is((await refusal(api.recall(identity, asking('ferry', { allowStale: true })))).code, 'store_unavailable')
})
