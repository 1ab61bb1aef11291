import test from 'ava'
import { meanPool } from '../../../../infra/embedder/onnx/mean-pool.ts'
import { tokenBatches } from '../../../../infra/embedder/onnx/token-batch.ts'

test('texts of about the same length go together, each with its own place', (t) => {
  const batches = tokenBatches([[1, 2, 3, 4, 5], [1, 2], [1, 2, 3, 4], [1]], 10, 2)
  t.deepEqual(
    batches.map(({ texts, width }) => ({ texts, width })),
    [
      { texts: [3, 1], width: 2 },
      { texts: [2, 0], width: 5 },
    ],
  )
  t.deepEqual([...batches[0]!.ids], [1n, 0n, 1n, 2n])
  t.deepEqual([...batches[0]!.mask], [1n, 0n, 1n, 1n])
})

test('a text that is too long keeps its first tokens and the end mark', (t) => {
  t.deepEqual([...tokenBatches([[101, 7, 8, 9, 102]], 4, 2)[0]!.ids], [101n, 7n, 8n, 102n])
})

test('the mean is taken over tokens and not over padding', (t) => {
  const [batch] = tokenBatches([[1], [1, 2]], 4, 2)
  const tokens = Float32Array.of(1, 2, 9, 9, 1, 1, 3, 5)
  t.deepEqual(
    meanPool(tokens, batch!).map((vector) => [...vector]),
    [
      [1, 2],
      [2, 3],
    ],
  )
})
