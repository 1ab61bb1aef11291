import test from 'ava'
import fc from 'fast-check'
import { MemoryIds } from '../../../../domain/recall/columns/memory-ids.ts'
import { PostingPool } from '../../../../domain/recall/columns/posting-pool.ts'
import { TermNumbers } from '../../../../domain/recall/columns/term-numbers.ts'
import { TokenStore } from '../../../../domain/recall/columns/token-store.ts'
import { ValueDictionary } from '../../../../domain/recall/columns/value-dictionary.ts'
import { propertyRuns } from '../../../support/property-runs.ts'
import { memoryIdOf } from '../arbitrary-memories.ts'

test('memory ids are found by row and rows by id, as the table grows', (t) => {
  const ids = new MemoryIds()
  for (let row = 1; row <= 1000; row++) t.true(ids.add(row, memoryIdOf(row)))
  for (let row = 1; row <= 1000; row++) {
    t.is(ids.row(memoryIdOf(row)), row)
    t.is(ids.memoryId(row), memoryIdOf(row))
  }
  t.is(ids.row(memoryIdOf(1001)), 0)
  t.false(ids.add(1001, memoryIdOf(5)))
})

test('what is no memory id is refused', (t) => {
  const id = memoryIdOf(1)
  const none = [
    'memory-1',
    '',
    `${id}0`,
    id.slice(1),
    id.replaceAll('-', '0'),
    `${id.slice(0, 35)}A`,
    `${id.slice(0, 35)}é`,
  ]
  for (const text of [...none, `${id.slice(0, 35)}-`, `g${id.slice(1)}`, `${id.slice(0, 35)}\u{1f600}`]) {
    t.throws(() => new MemoryIds().row(text), { message: `Not a memory id: ${text}` })
    t.throws(() => new MemoryIds().add(1, text), { message: `Not a memory id: ${text}` })
  }
})

test('posting lists are read as they were pushed, however they interleave', (t) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 80 })), { maxLength: 300 }), (pushes) => {
      const pool = new PostingPool()
      const lists: number[][] = [[], [], [], [], []]
      for (const [row, [term, count]] of pushes.entries()) {
        pool.push(term, row + 1, count)
        lists[term]!.push((row + 1) * 64 + Math.min(count, 63))
      }
      for (const [term, list] of lists.entries()) {
        const out = new Uint32Array(list.length + 2)
        t.is(pool.read(term, out, 1), list.length + 1)
        t.deepEqual([...out.subarray(1, -1)], list)
      }
    }),
    { numRuns: propertyRuns(50) },
  )
})

test('a posting list longer than a block is read whole', (t) => {
  const pool = new PostingPool()
  for (let row = 1; row <= 50_000; row++) pool.push(row % 100 === 0 ? 2 : 1, row, 1)
  const out = new Uint32Array(50_000)
  t.is(pool.read(1, out, 0), 49_500)
  t.is(out[49_499]! >>> 6, 49_999)
  t.true(out.subarray(1, 49_500).every((posting, i) => posting > out[i]!))
})

test('tokens of a row stand in one block, and a row that cannot is refused', (t) => {
  const store = new TokenStore()
  const tokens = Uint32Array.from({ length: 40_000 }, (_, i) => i)
  for (let row = 1; row <= 3; row++) store.set(row, tokens, tokens.length)
  for (let row = 1; row <= 3; row++) {
    t.is(store.count(row), 40_000)
    t.is(store.block(row)[store.offset(row) + 39_999], 39_999)
  }
  t.throws(() => store.set(4, tokens, 70_000), { message: /does not fit/ })
})

test('a value is gone when its last holder lets go, and its code is given again', (t) => {
  const dictionary = new ValueDictionary<string>()
  const code = dictionary.hold('a')
  t.is(dictionary.hold('a'), code)
  t.false(dictionary.release(code))
  t.is(dictionary.code('a'), code)
  t.true(dictionary.release(code))
  t.is(dictionary.code('a'), 0)
  t.is(dictionary.value(code), undefined)
  t.is(dictionary.hold('b'), code)
})

test('numbered words are held as the words themselves, whoever lets go of them meanwhile', (t) => {
  const word = fc.constantFrom('boat', 'clock', 'kite', 'pen')
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.array(word, { maxLength: 4 }), fc.boolean()), { maxLength: 30 }), (texts) => {
      const [plain, numbered] = [new ValueDictionary<string>(), new ValueDictionary<string>()]
      const numbers = new TermNumbers(numbered)
      const list: string[] = []
      const held: number[][] = []
      for (const [words, letGo] of texts) {
        for (const text of words) if (!list.includes(text)) list.push(text)
        const into = new Uint32Array(words.length)
        numbers.hold({ list, numbers: Uint32Array.from(words, (text) => list.indexOf(text)) }, into)
        t.deepEqual(
          [...into],
          words.map((text) => plain.hold(text)),
        )
        held.push([...into])
        if (letGo) for (const term of held.shift()!) t.is(numbered.release(term), plain.release(term))
      }
    }),
    { numRuns: propertyRuns(300) },
  )
})
