import test from 'ava'
import fc from 'fast-check'
import { ProblemError } from '../../domain/problem.ts'
import { propertyRuns } from '../support/property-runs.ts'
import { memoryId, remember } from './support/commands.ts'
import { FoldedLog } from './support/folded-log.ts'
import { asking, listing, offsetOf, partition, reader, scope, serve } from './support/serve.ts'

const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant('write' as const) },
  { weight: 2, arbitrary: fc.constant('fold one' as const) },
  { weight: 1, arbitrary: fc.constant('fold all' as const) },
  { weight: 3, arbitrary: fc.constantFrom('ask' as const, 'ask latest' as const, 'list' as const) },
  { weight: 1, arbitrary: fc.constant('turn' as const) },
)

test('no answer is older than asked, whatever is written and folded meanwhile', async (t) => {
  const seen = { answered: 0, refused: 0 }
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 40 }),
      fc.integer({ min: 1, max: 4 }),
      async (steps, viewPageRows) => {
        const log = new FoldedLog({ autoFold: false })
        const { api } = serve(log, { defaultAfter: 'none', limits: { viewPageRows, visibleWaitMs: 5 } })
        const asked: Promise<void>[] = []
        let id = 0
        let position = log.positionText(partition, 0)
        const ask = (after: string, wanted: number) =>
          api.recall(reader, asking('walrus', { after, k: 100 })).then(check(wanted), refused)
        const check = (wanted: number) => (answer: { position: string; results: readonly { memoryId: string }[] }) => {
          seen.answered += 1
          t.true(offsetOf(answer.position) >= wanted)
          const found = new Set(answer.results.map((hit) => hit.memoryId))
          for (let n = 1; n <= wanted; n += 1) t.true(found.has(memoryId(n)), 'what was asked for is in the answer')
        }
        const refused = (error: unknown) => {
          seen.refused += 1
          t.true(error instanceof ProblemError && error.problem.code === 'not_yet_visible')
        }
        for (const one of steps) {
          if (one === 'write') {
            id += 1
            position = log.append(scope, remember(id, `walrus ${id}`))
          }
          if (one === 'fold one') log.fold(partition, Math.min(log.folded(partition) + 1, log.head(partition)))
          if (one === 'fold all') log.fold(partition)
          if (one === 'ask') asked.push(ask(position, id))
          if (one === 'ask latest') asked.push(ask('latest', id))
          if (one === 'list') {
            const wanted = id
            asked.push(
              api
                .list(reader, listing({ after: position, limit: 500 }))
                .then((page) => t.true(offsetOf(page.position) >= wanted && page.items.length >= wanted), refused)
                .then(() => {}),
            )
          }
          if (one === 'turn') await new Promise((resolve) => setImmediate(resolve))
        }
        await Promise.all(asked)
      },
    ),
    { numRuns: propertyRuns(200) },
  )
  t.true(seen.answered > 0 && seen.refused > 0)
})
