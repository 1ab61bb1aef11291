import fc from 'fast-check'
import { forget, link, memoryId, reinforce, remember, restore, unlink } from './commands.ts'
import type { FoldedLog } from './folded-log.ts'
import { scope } from './serve.ts'

const WORDS = ['walrus', 'ferry', 'Hornby', 'bread', 'yesterday', 'garden', 'Ada', 'seven', 'question']
const MOST = 30

const id = fc.integer({ min: 1, max: MOST })
const text = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 8 }).map((words) => words.join(' '))

/** One write to the namespace of these tests. `of` names a memory by its number, which may not exist. */
const write = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('remember' as const),
      text: fc.tuple(text, fc.constantFrom('.', '?')).map(([words, end]) => words + end),
      author: fc.constantFrom(null, 'Ada', 'Bob'),
      run: fc.constantFrom(null, 'r1', 'r2'),
      ttlSeconds: fc.option(fc.integer({ min: 1, max: 100 })),
      of: id,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('correct' as const), text, of: id }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('forget' as const, 'restore' as const), of: id }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reinforce' as const), of: id }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('link' as const, 'unlink' as const), of: id, to: id }) },
)
export type Write = typeof write extends fc.Arbitrary<infer One> ? One : never

export const writes = (maxLength: number): fc.Arbitrary<Write[]> => fc.array(write, { maxLength })

/** Appends the `n`-th write of a run. Each `Remember` gets the number `n`. */
export function appendWrite(log: FoldedLog, one: Write, n: number): void {
  const recordedAt = 1_000_000 + n * 1_000
  switch (one.do) {
    case 'remember': {
      const secret = { author: one.author, runId: one.run }
      log.append(scope, remember(n, one.text, { recordedAt, secret, ttlSeconds: one.ttlSeconds }))
      return
    }
    case 'correct':
      log.append(scope, remember(n, one.text, { recordedAt, supersedes: memoryId(one.of) }))
      return
    case 'forget':
      log.append(scope, forget([one.of], recordedAt))
      return
    case 'restore':
      log.append(scope, restore([one.of], recordedAt))
      return
    case 'reinforce':
      log.append(scope, reinforce(one.of, recordedAt))
      return
    case 'link':
      log.append(scope, link(one.of, 'depends_on', one.to, recordedAt))
      return
    case 'unlink':
      log.append(scope, unlink(one.of, 'depends_on', one.to, recordedAt))
  }
}
