import test from 'ava'
import { SIGNS_FROM_VECTORS } from '../../../../domain/recall/dense/vector-column.ts'
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

type Asked = Question<MemoryIndex, 'answer' | 'recall'>

function questionOf(corpus: RecallCorpus, n: number, valid = NOW): Asked {
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

/** So many questions wait, none of which is ranked. */
const behind = (count: number) => Array.from({ length: count }, () => ({ ask: 'withoutAuthors', args: ['anything'] }))
const isGivenAway = (answer: unknown) => answer instanceof Promise

/** Asks until all of the threads have the columns, as they do some time after questions began to wait. */
async function lent(rankers: Rankers, index: MemoryIndex, question: Asked, most: number) {
  await eventually(async () => {
    const jobs = Array.from({ length: most }, () => rankers.answer(VIEW, index, question, behind(9)))
    await Promise.all(jobs)
    if (!jobs.every(isGivenAway)) throw new Error('not every thread ranks yet')
  })
}

test('questions that wait are answered by other threads, with the answers that this one gives', async (t) => {
  const corpus = new RecallCorpus(2)
  const faults: unknown[] = []
  const rankers = new Rankers(threads(2, faults))
  const index = indexOf(corpus, 0, 3_000)
  await lent(rankers, index, questionOf(corpus, 1), 6)
  let n = 3_000
  for (let round = 0; round < 5; round += 1) {
    const questions = Array.from({ length: 6 }, (_, i) => questionOf(corpus, round * 6 + i))
    const elsewhere = questions.map((question) => rankers.answer(VIEW, index, question, behind(9)))
    t.true(elsewhere.every(isGivenAway))
    const more = questionOf(corpus, 1)
    t.deepEqual(rankers.answer(VIEW, index, more, behind(9)), answerTo(index, more), 'each has three, and no more')
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
  t.false(isGivenAway(rankers.answer(VIEW, index, question, [])))
  const [query] = question.args
  const past = { ...question, args: [{ ...query, asOf: { valid: NOW, validAsked: true, known: null } }] }
  t.false(isGivenAway(rankers.answer(VIEW, index, past, behind(5))))
  t.is(rankers.answer(VIEW, index, { ask: 'withoutAuthors', args: ['anything'] }, behind(5)), 'anything')
})

test('of questions without a vector, which are not begun together, a thread has two', async (t) => {
  const corpus = new RecallCorpus(2)
  const rankers = new Rankers(threads(1, []))
  const index = indexOf(corpus, 0, 500)
  const [query] = questionOf(corpus, 1).args
  const question: Asked = { ask: 'recall', args: [{ ...query, vector: undefined } as RecallQuery] }
  await lent(rankers, index, question, 2)
  const answers = Array.from({ length: 3 }, () => rankers.answer(VIEW, index, question, behind(9)))
  t.deepEqual(answers.map(isGivenAway), [true, true, false])
  await Promise.all(answers)
})

test('no more is given away than is left to be done here', async (t) => {
  const corpus = new RecallCorpus(2)
  const rankers = new Rankers(threads(1, []))
  const index = indexOf(corpus, 0, 500)
  const question = questionOf(corpus, 1)
  await lent(rankers, index, question, 2)
  const answers = [3, 2, 1, 0].map((others) => rankers.answer(VIEW, index, question, behind(others)))
  t.deepEqual(answers.map(isGivenAway), [true, true, false, false])
  const [first] = await Promise.all(answers)
  for (const answer of answers) t.deepEqual(await answer, first)
})

test('the next question that waits is begun together with the one that is answered here, and is then answered here, too', async (t) => {
  const corpus = new RecallCorpus(2)
  const rankers = new Rankers(threads(1, []))
  // So many that signs are looked at first.
  const index = indexOf(corpus, 0, SIGNS_FROM_VECTORS + 100)
  const [first, second, third] = [1, 5, 7].map((n) => questionOf(corpus, n)) as [Asked, Asked, Asked]
  const alone = [second, third].map(({ args: [query] }) => index.answer({ ...query, vector: query.vector!.slice() }))
  await lent(rankers, index, first, 3)
  const jobs = Array.from({ length: 3 }, () => rankers.answer(VIEW, index, first, behind(9)))
  rankers.answer(VIEW, index, first, [...behind(1), second, third])
  t.true(index.isAhead(second.args[0]))
  t.false(index.isAhead(third.args[0]))
  await Promise.all(jobs)
  t.deepEqual(rankers.answer(VIEW, index, second, [third]), alone[0])
  t.false(index.isAhead(second.args[0]))
  const given = rankers.answer(VIEW, index, third, behind(5))
  t.true(isGivenAway(given))
  t.deepEqual(await given, alone[1])
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
  const ranked = rankers.answer(VIEW, index, question, behind(1))
  const list = {
    ask: 'list',
    args: [{ filter: null, asOf: { valid: ends, validAsked: false, known: null }, beforeOffset: null, limit: 5_000 }],
  } as const
  const later = rankers.answer(VIEW, index, list, [])
  t.true(isGivenAway(ranked))
  t.true(isGivenAway(later))
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
  t.is(rankers.answer(VIEW, index, { ask: 'withoutAuthors', args: ['anything'] }, []), 'anything')
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
  const elsewhere = [9, 9].map((others) => rankers.answer(VIEW, index, question, behind(others)))
  t.true(elsewhere.every(isGivenAway))
  const here = answerTo(index, question)
  t.deepEqual(await Promise.all(elsewhere), [here, here])
  t.regex(String((faults[0] as Error).cause), /No number terms was lent/)
  t.false(isGivenAway(rankers.answer(VIEW, index, question, behind(9))))
  t.is(faults.length, 1)
})
