import test from 'ava'
import { type RowVector, vectorOf, withVector } from '../../../domain/vector/row-vectors.ts'

const own: RowVector = { model: 'a', commandId: null, sealed: null }
const embed = (model: string, n: number): RowVector => ({ model, commandId: `c${n}`, sealed: Uint8Array.of(n) })
const models = (vectors: readonly RowVector[]): string[] =>
  vectors.map(({ model, commandId }) => `${model}:${commandId}`)

test('a row keeps its own vector and the two that were added last', (t) => {
  const two = withVector(withVector([own], embed('b', 1)), embed('c', 2))
  t.deepEqual(models(two), ['a:null', 'b:c1', 'c:c2'])
  t.deepEqual(models(withVector(two, embed('d', 3))), ['a:null', 'c:c2', 'd:c3'])
})

test('a vector of the same model takes the place of the one before', (t) => {
  const twice = withVector(withVector(undefined, embed('b', 1)), embed('b', 2))
  t.deepEqual(models(twice), ['b:c2'])
  t.deepEqual(models(withVector([own], embed('a', 3))), ['a:null', 'a:c3'])
})

test('the newest vector of a model is found, and none of a model that is not there', (t) => {
  const vectors = withVector([own], embed('a', 3))
  t.is(vectorOf(vectors, 'a')?.commandId, 'c3')
  t.is(vectorOf(vectors, 'b'), null)
  t.is(vectorOf(undefined, 'a'), null)
})
