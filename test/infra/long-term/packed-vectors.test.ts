import test from 'ava'
import fc from 'fast-check'
import type { RowVector } from '../../../domain/vector/row-vectors.ts'
import { modelsText, packVectors, unpackVectors } from '../../../infra/long-term/packed-vectors.ts'
import { propertyRuns } from '../../support/property-runs.ts'

const vector: fc.Arbitrary<RowVector> = fc.oneof(
  fc.record({ model: fc.string({ maxLength: 40 }), commandId: fc.constant(null), sealed: fc.constant(null) }),
  fc.record({
    model: fc.string({ unit: 'grapheme', maxLength: 40 }),
    commandId: fc.uuid(),
    sealed: fc.uint8Array({ minLength: 1, maxLength: 600 }),
  }),
)

test('packed vectors are read back as they were', (t) => {
  fc.assert(
    fc.property(fc.array(vector, { minLength: 1, maxLength: 3 }), (vectors) => {
      const read = unpackVectors(packVectors(vectors)!)
      t.deepEqual(
        read.map((one) => ({ ...one, sealed: one.sealed === null ? null : Uint8Array.from(one.sealed) })),
        vectors,
      )
    }),
    { numRuns: propertyRuns(200) },
  )
})

test('a row without vectors has neither packed ones nor names of models', (t) => {
  t.is(packVectors(undefined), null)
  t.is(modelsText(undefined), null)
})

test('the name of a model is found whole, and not as a part of another', (t) => {
  const text = modelsText([
    { model: 'minilm-v2', commandId: null, sealed: null },
    { model: 'e5', commandId: null, sealed: null },
  ])!
  t.true(text.includes('\ne5\n'))
  t.false(text.includes('\nminilm\n'))
})
