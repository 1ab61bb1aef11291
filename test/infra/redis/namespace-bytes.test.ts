import test from 'ava'
import fc from 'fast-check'
import { decodeState, encodeState, NAMES_BYTES, namesOf } from '../../../infra/redis/namespace-bytes.ts'
import { loadedState, namespaceState, statesOf } from '../../contract/working-memory-states.ts'
import { propertyRuns } from '../../support/property-runs.ts'

const NAMES = { incarnation: '0123456789abcdef', move: 'fedcba9876543210' }

test('a state is read back as it was written, whatever it holds', (t) => {
  fc.assert(
    fc.property(fc.nat(400), fc.nat(100), fc.nat(2 ** 40), (count, first, ahead) => {
      const memory = statesOf(first, count)
      const state = loadedState(namespaceState({ ...memory, position: memory.position + ahead }))
      t.deepEqual(decodeState(encodeState({ ...NAMES, state })), { ...NAMES, state })
    }),
    { numRuns: propertyRuns(40) },
  )
})

test('a full state takes eight thousand bytes, not a hundred and fifty thousand', (t) => {
  const bytes = encodeState({ ...NAMES, state: loadedState(namespaceState(statesOf(0, 400))) })
  t.true(bytes.length < 9_000, `${bytes.length} bytes`)
})

test('which write it is stands in the first bytes', (t) => {
  const bytes = encodeState({ ...NAMES, state: loadedState(namespaceState(statesOf(0, 3))) })
  t.deepEqual(namesOf(bytes.subarray(0, NAMES_BYTES)), NAMES)
})

test('another format and bytes that were cut are refused', (t) => {
  const bytes = encodeState({ ...NAMES, state: loadedState(namespaceState(statesOf(0, 9))) })
  const newer = Buffer.from(bytes)
  newer[0] = 2
  t.throws(() => decodeState(newer), { message: /format 2/ })
  for (const length of [1, 30, bytes.length - 1]) t.throws(() => decodeState(bytes.subarray(0, length)))
  t.throws(() => decodeState(Buffer.concat([bytes, Buffer.of(0)])), { message: /ends at/ })
})

test('ids that could not be read back as they were are refused', (t) => {
  const state = loadedState(namespaceState(statesOf(0, 1)))
  const [factor] = state.memory.factors
  for (const bad of [
    { ...factor!, memoryId: 'not a uuid' },
    { ...factor!, keyId: 'AB'.repeat(16) },
    { ...factor!, keyId: 'ab' },
  ]) {
    const memory = { ...state.memory, items: [], factors: [bad] }
    t.throws(() => encodeState({ ...NAMES, state: { ...state, memory } }), { instanceOf: RangeError })
  }
})
