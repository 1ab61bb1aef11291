import test from 'ava'
import fc from 'fast-check'
import type { AnalysedMemory } from '../../../domain/recall/indexed-memory.ts'
import { packPage, unpackPage } from '../../../infra/embedded/packed-page.ts'
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

test('a page comes out of its packing as it went in', (t) => {
  fc.assert(
    fc.property(
      someMemories(12),
      fc.array(fc.tuple(someText, fc.option(someVector)), { minLength: 12, maxLength: 12 }),
      fc.array(fc.uuid(), { maxLength: 3 }),
      (list, texts, tombstones) => {
        const memories = list.map(({ content: _, vector: __, ...memory }, i): AnalysedMemory => {
          const [text, vector] = texts[i]!
          return { ...memory, text, ...(vector === null ? {} : { vector }) }
        })
        const page = { checkpoint: CHECKPOINT, memories, tombstones, keyMissing: false, next: null }
        t.deepEqual(unpackPage(structuredClone(packPage(page))), page)
      },
    ),
    { numRuns: propertyRuns(100) },
  )
})
