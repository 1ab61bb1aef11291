import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { quantise } from '../../../../domain/vector/quantise.ts'
import { openOnnxEmbedder } from '../../../../infra/embedder/onnx/open-onnx-embedder.ts'
import { temporaryFolder } from '../../../support/temp-folder.ts'
import { missingModel, testModelFolder } from '../../../support/test-model.ts'

const reason = missingModel()

const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0)

test('a folder without a model says what is missing', async (t) => {
  const folder = temporaryFolder(t)
  await t.throwsAsync(openOnnxEmbedder(folder), { name: 'EmbedderError', message: /has none of onnx\/model_quantized/ })
  writeFileSync(join(folder, 'model.onnx'), 'no model')
  await t.throwsAsync(openOnnxEmbedder(folder), { name: 'EmbedderError', message: /has no tokenizer\.json/ })
})

if (reason !== null) test.skip(`a local model: ${reason}`, () => undefined)
else {
  test('texts that mean the same are near, however they say it and whatever stands beside them', async (t) => {
    const embedder = await openOnnxEmbedder(testModelFolder(), { threads: 1 })
    t.teardown(() => embedder.close())
    t.regex(embedder.model, /^[\w.-]+@[0-9a-f]{12}$/)
    const [cat, kitten, rates] = await embedder.embed([
      'A cat sat on the mat.',
      'A kitten was sitting on a rug.',
      `Interest rates rose in March. ${'And so on and on. '.repeat(200)}`,
    ])
    t.is(cat?.length, 384)
    t.true(cosine(cat!, kitten!) > cosine(cat!, rates!) + 0.3)
    const alone = await embedder.embedQuery('A cat sat on the mat.')
    // In a batch the integers of all texts share a scale, so the last bits differ.
    t.true(cosine(alone, cat!) > 0.98)
    const rounded = quantise(embedder.model, alone)!
    t.true(
      cosine(
        Float32Array.from(rounded.values, (value) => value * rounded.scale),
        alone,
      ) > 0.999,
    )
  })

  test('parallel calls each get their own vectors, from the same threads', async (t) => {
    const embedder = await openOnnxEmbedder(testModelFolder(), { threads: 2 })
    t.teardown(() => embedder.close())
    const words = ['harbour', 'violin', 'glacier', 'bakery', 'saddle', 'orchid', 'tunnel', 'ledger']
    const one = await embedder.embed(words)
    const again = await Promise.all(words.map((word) => embedder.embedQuery(word)))
    for (const [i, vector] of again.entries()) t.true(cosine(vector, one[i]!) > 0.97, words[i])
  })

  test('a text that is no text at all still gets a vector, and a closed embedder refuses', async (t) => {
    const embedder = await openOnnxEmbedder(testModelFolder(), { threads: 1 })
    const vectors = await embedder.embed(['', '\u{1F600}\u0000', 'x'.repeat(50_000), '漢字とかな'])
    t.true(vectors.every((vector) => vector.length === 384 && vector.every(Number.isFinite)))
    await embedder.close()
    await t.throwsAsync(embedder.embed(['late']), { message: /closed/ })
  })
}
