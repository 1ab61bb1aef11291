import { once } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import test from 'ava'
import { Lender } from '../../../../domain/recall/columns/column-lending.ts'
import { SignCodes, type SignSearches } from '../../../../domain/recall/dense/sign-codes.ts'
import { SIGNS_FROM_VECTORS } from '../../../../domain/recall/dense/vector-column.ts'
import { RecallIndex } from '../../../../domain/recall/recall-index.ts'
import type { RecallQuery } from '../../../../domain/recall/recall-request.ts'
import type { FromRanker } from '../../../../infra/views/ranking/rank-protocol.ts'
import { serveRanking } from '../../../../infra/views/ranking/serve-ranking.ts'
import { RecallCorpus } from '../../../bench/recall-corpus.ts'

const corpus = new RecallCorpus(3)
const vectorOf = (n: number) => Int8Array.from({ length: 8 }, (_, d) => ((n * 37 + d * 91) % 255) - 127)

function asking(n: number): RecallQuery {
  const asOf = { valid: Date.UTC(2030, 0), validAsked: false, known: null }
  const vector = Float32Array.from(vectorOf(n))
  return { query: corpus.query(), k: 5, filter: null, asOf, minScore: null, explain: false, vector }
}

test('jobs that came together are begun together, two at a time, and answered in their order', async (t) => {
  const index = new RecallIndex()
  for (let n = 0; n < SIGNS_FROM_VECTORS + 10; n++) {
    index.add({ ...corpus.memory(n), content: `note ${n}`, vector: { model: 'm', scale: 0.01, values: vectorOf(n) } })
  }
  const scans: number[] = []
  const { scan } = SignCodes.prototype
  SignCodes.prototype.scan = function (searches: SignSearches, ...rest) {
    scans.push(searches.length)
    scan.call(this, searches, ...rest)
  }
  t.teardown(() => {
    SignCodes.prototype.scan = scan
  })
  const { port1, port2 } = new MessageChannel()
  serveRanking(port2, 1)
  const lender = new Lender()
  const queries = [1, 2, 3].map(asking)
  for (const [id, query] of queries.entries()) {
    port1.postMessage({
      kind: 'rank',
      view: 1,
      id,
      lent: lender.lent((walk) => index.lend(walk)),
      job: index.jobFor(query),
    })
  }
  const answers: FromRanker[] = []
  while (answers.length < queries.length) answers.push(...((await once(port1, 'message')) as [FromRanker]))
  port1.close()
  t.deepEqual(scans, [2, 1])
  t.deepEqual(
    answers.map(({ id, rows }) => ({ id, hits: index.hits(rows) })),
    queries.map((query, id) => ({ id, hits: index.recall({ ...query, vector: Float32Array.from(query.vector!) }) })),
  )
})
