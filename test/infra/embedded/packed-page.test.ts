import test from 'ava'
import fc from 'fast-check'
import type { AnalysedMemory } from '../../../domain/recall/indexed-memory.ts'
import { isNumbered } from '../../../domain/text/numbered-words.ts'
import { PagePacker, PageUnpacker } from '../../../infra/embedded/packed-page.ts'
import { WordNumbers } from '../../../infra/embedded/word-numbers.ts'
import type { AnalysedPage } from '../../../query-api/ports/view-loader.ts'
import { someMemories } from '../../domain/recall/arbitrary-memories.ts'
import { propertyRuns } from '../../support/property-runs.ts'

const CHECKPOINT = { foldVersion: 1, generation: 'f'.repeat(16), offset: 9, lastCommandId: 'c', knownTime: 5 }

const someText = fc.record({
  stems: fc.array(fc.oneof(fc.constantFrom('kite', 'clock'), fc.string())),
  dates: fc.array(fc.string(), { maxLength: 3 }),
  traits: fc.nat(63),
  topics: fc.nat(),
})
const someVector = fc.record({
  model: fc.string(),
  scale: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  values: fc.int8Array({ maxLength: 8 }),
})

/** With the words that the numbers stand for. */
const inWords = (page: AnalysedPage): AnalysedPage => ({
  ...page,
  memories: page.memories.map(({ text, ...memory }) => {
    const { stems } = text
    if (!isNumbered(stems)) throw new Error('the stems did not come by number')
    return { ...memory, text: { ...text, stems: Array.from(stems.numbers, (number) => stems.list[number]!) } }
  }),
})

test('pages come out of their packing as they went in, also when all have come', (t) => {
  fc.assert(
    fc.property(
      someMemories(12),
      fc.array(fc.tuple(someText, fc.option(someVector)), { minLength: 12, maxLength: 12 }),
      fc.array(fc.uuid(), { maxLength: 3 }),
      fc.integer({ min: 1, max: 12 }),
      (list, texts, tombstones, size) => {
        const memories = list.map(({ content: _, vector: __, ...memory }, i): AnalysedMemory => {
          const [text, vector] = texts[i]!
          return { ...memory, text, ...(vector === null ? {} : { vector }) }
        })
        const pages = []
        for (let at = 0; at === 0 || at < memories.length; at += size) {
          const own = memories.slice(at, at + size)
          pages.push({ checkpoint: CHECKPOINT, memories: own, tombstones, keyMissing: false, next: null })
        }
        const [packer, unpacker] = [new PagePacker(), new PageUnpacker()]
        const unpacked = pages.map((page) => unpacker.unpack(structuredClone(packer.pack(page))))
        t.deepEqual(unpacked.map(inWords), pages)
      },
    ),
    { numRuns: propertyRuns(100) },
  )
})

test('a word is sent once, until there are so many that numbering begins again', (t) => {
  const numbers = new WordNumbers(3)
  const numbered = (words: readonly string[]) => {
    const restarted = numbers.restart()
    const into = new Uint32Array(words.length)
    numbers.write(words, into, 0)
    return { restarted, into: [...into], added: numbers.take() }
  }
  t.deepEqual(numbered(['kite', 'clock', 'kite']), { restarted: true, into: [0, 1, 0], added: ['kite', 'clock'] })
  t.deepEqual(numbered(['clock', 'boat', 'pen']), { restarted: false, into: [1, 2, 3], added: ['boat', 'pen'] })
  t.deepEqual(numbered(['pen', 'kite']), { restarted: true, into: [0, 1], added: ['pen', 'kite'] })
})
