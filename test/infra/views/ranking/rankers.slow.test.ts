import test from 'ava'
import type { RecallQuery } from '../../../../domain/recall/recall-request.ts'
import { RankThread } from '../../../../infra/views/ranking/rank-thread.ts'
import { Rankers } from '../../../../infra/views/ranking/rankers.ts'
import { answerTo, type Question } from '../../../../query-api/index-question.ts'
import { MemoryIndex } from '../../../../query-api/memory-index.ts'
import { RecallCorpus } from '../../../bench/recall-corpus.ts'
import { eventually } from '../../../support/eventually.ts'

const VIEW = 7
const NOW = Date.UTC(2030, 0)

function indexOf(
  corpus: RecallCorpus,
  from: number,
  to: number,
  index = new MemoryIndex({ language: 'en', profile: 'auto' }),
) {
  for (let n = from; n < to; n++) {
    const memory = corpus.memory(n)
    const values = Int8Array.from({ length: 8 }, (_, d) => ((n * 37 + d * 91) % 255) - 127)
    const { offset, memoryId, kind, occurredAt, importance, intervals, ...secret } = memory
    const row = { offset, memoryId, kind, occurredAt, importance, intervals } as Parameters<MemoryIndex['put']>[0]
    index.put(row, { ...secret, subject: null, vector: { model: 'm', scale: 0.01, values } })
  }
  return index
}

function questionOf(corpus: RecallCorpus, n: number, valid = NOW): Question<MemoryIndex, 'answer' | 'recall'> {
  const query: RecallQuery = {
    query: corpus.query(),
    k: 10,
    filter: n % 3 === 0 ? { op: 'in', field: 'kind', values: ['episodic'] } : null,
    asOf: { valid, validAsked: false, known: null },
    minScore: null,
    explain: n % 2 === 0,
    vector: Float32Array.from({ length: 8 }, (_, d) => ((n * 13 + d * 7) % 100) - 50),
  }
  return { ask: n % 4 === 0 ? 'recall' : 'answer', args: [query] }
}

const threads = (count: number, faults: unknown[]) =>
  Array.from({ length: count }, (_, n) => new RankThread(n + 1, (fault) => faults.push(fault)))

/** Asks until all of the threads have the columns, as they do some time after questions began to wait. */
async function lent(
  rankers: Rankers,
  index: MemoryIndex,
  question: Question<MemoryIndex, 'answer' | 'recall'>,
  most: number,
) {
  await eventually(async () => {
    const jobs = Array.from({ length: most + 1 }, () => rankers.answer(VIEW, index, question, 1))
    await Promise.all(jobs)
    if (jobs.filter((job) => job !== null).length < most) throw new Error('not every thread ranks yet')
  })
}

test('questions that wait are answered by other threads, with the answers that this one gives', async (t) => {
  const corpus = new RecallCorpus(2)
  const faults: unknown[] = []
  const rankers = new Rankers(threads(2, faults))
  const index = indexOf(corpus, 0, 3_000)
  await lent(rankers, index, questionOf(corpus, 1), 4)
  let n = 3_000
  for (let round = 0; round < 5; round += 1) {
    const questions = Array.from({ length: 4 }, (_, i) => questionOf(corpus, round * 4 + i))
    const elsewhere = questions.map((question) => rankers.answer(VIEW, index, question, 1))
    t.true(elsewhere.every((answer) => answer !== null))
    t.is(rankers.answer(VIEW, index, questionOf(corpus, 1), 1), null, 'each has two ahead, and no more')
    const here = questions.map((question) => answerTo(index, question))
    t.deepEqual(await Promise.all(elsewhere), here)
    indexOf(corpus, n, n + 500, index)
    n += 500
    index.putTombstone(corpus.memory(round * 100).memoryId)
  }
  t.true(rankers.bytes(VIEW) > 0)
  rankers.left(VIEW)
  t.is(rankers.bytes(VIEW), 0)
  t.deepEqual(faults, [])
})

test('a question alone, and one about another instant, are not given away', async (t) => {
  const corpus = new RecallCorpus(2)
  const rankers = new Rankers(threads(1, []))
  const index = indexOf(corpus, 0, 500)
  const question = questionOf(corpus, 1)
  await lent(rankers, index, question, 2)
  t.is(rankers.answer(VIEW, index, question, 0), null)
  const [query] = question.args
  const past = { ...question, args: [{ ...query, asOf: { valid: NOW, validAsked: true, known: null } }] }
  t.is(rankers.answer(VIEW, index, past, 5), null)
  t.is(rankers.answer(VIEW, index, { ask: 'withoutAuthors', args: ['anything'] }, 5), null)
})

test('a look that makes rows disappear waits for those that are being ranked, which still see them', async (t) => {
  const corpus = new RecallCorpus(2)
  const rankers = new Rankers(threads(1, []))
  const index = indexOf(corpus, 0, 2_000)
  const { memoryId } = corpus.memory(0)
  const [ends] = [NOW + 1_000]
  const row = { memoryId, intervals: [{ knownFrom: 0, knownTo: null, validTo: ends }] }
  index.put(row as never, { vector: undefined } as never)
  const question = questionOf(corpus, 1, NOW)
  await lent(rankers, index, question, 2)
  const before = answerTo(index, question)
  const ranked = rankers.answer(VIEW, index, question, 1)
  const list = {
    ask: 'list',
    args: [{ filter: null, asOf: { valid: ends, validAsked: false, known: null }, beforeOffset: null, limit: 5_000 }],
  } as const
  const later = rankers.answer(VIEW, index, list, 0)
  t.not(ranked, null)
  t.not(later, null)
  t.deepEqual(await ranked, before)
  t.is(((await later) as readonly unknown[]).length, 1_999)
})

test('a thread that borrowed columns lets go of what it made of an erased memory with the next question of any kind', async (t) => {
  const corpus = new RecallCorpus(2)
  const rankers = new Rankers(threads(1, []))
  const index = indexOf(corpus, 0, 4_000)
  await lent(rankers, index, questionOf(corpus, 1), 2)
  const before = rankers.bytes(VIEW)
  t.true(before > 0)
  for (let n = 0; n < 3_000; n += 1) index.putTombstone(corpus.memory(n).memoryId)
  t.is(rankers.answer(VIEW, index, { ask: 'withoutAuthors', args: ['anything'] }, 0), null)
  await eventually(async () => {
    if (rankers.bytes(VIEW) > 0.75 * before) throw new Error('it still holds them')
  })
})

test('what a thread that ends was ranking is ranked here, and it rests for a while', async (t) => {
  const corpus = new RecallCorpus(2)
  const faults: unknown[] = []
  const rankers = new Rankers(threads(1, faults))
  const index = indexOf(corpus, 0, 2_000)
  const question = questionOf(corpus, 1)
  await lent(rankers, index, question, 2)
  // Columns that lack what is asked of them end the thread that borrows them.
  index.lend = () => {}
  const elsewhere = [rankers.answer(VIEW, index, question, 1), rankers.answer(VIEW, index, question, 1)]
  t.true(elsewhere.every((answer) => answer !== null))
  const here = answerTo(index, question)
  t.deepEqual(await Promise.all(elsewhere), [here, here])
  t.regex(String((faults[0] as Error).cause), /No number terms was lent/)
  t.is(rankers.answer(VIEW, index, question, 1), null)
  t.is(faults.length, 1)
})
