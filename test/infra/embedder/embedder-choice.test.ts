import { resolve } from 'node:path'
import test from 'ava'
import { readConfiguration } from '../../../infra/config/configuration.ts'
import { embedderChoice } from '../../../infra/embedder/embedder-choice.ts'

test('an embedder is none, a folder, or an address', (t) => {
  t.deepEqual(embedderChoice('none'), { kind: 'none' })
  t.deepEqual(embedderChoice('onnx:/models/small'), { kind: 'onnx', folder: '/models/small' })
  t.deepEqual(embedderChoice('onnx:models/small'), { kind: 'onnx', folder: resolve('models/small') })
  t.deepEqual(embedderChoice('openai:https://host/v1/'), { kind: 'openai', url: 'https://host/v1' })
  t.deepEqual(embedderChoice('openai:http://host/v1/embeddings'), { kind: 'openai', url: 'http://host/v1' })
})

test('an address with a credential in it is refused, since addresses are logged', (t) => {
  for (const text of ['openai:https://user:pass@host/v1', 'openai:https://host/v1?key=1', 'openai:ftp://host']) {
    t.is(embedderChoice(text), null)
  }
})

test('what is no embedder is refused at start, with what would be one', (t) => {
  for (const text of ['minilm', 'onnx:', 'openai:host', 'ONNX:/x']) {
    t.throws(() => readConfiguration({ SOMABRAIN_EMBEDDER: text }), {
      message: /^SOMABRAIN_EMBEDDER is ".*"\. Expected: none, onnx:<folder of a model> or openai:/,
    })
  }
})

test('a service needs the name of a model', (t) => {
  const environment = { SOMABRAIN_EMBEDDER: 'openai:http://host/v1' }
  t.throws(() => readConfiguration(environment), { message: /^SOMABRAIN_EMBEDDER_MODEL is not set/ })
  t.throws(() => readConfiguration({ ...environment, SOMABRAIN_EMBEDDER_MODEL: 'a b' }), { message: /without spaces/ })
  const { embedder } = readConfiguration({ ...environment, SOMABRAIN_EMBEDDER_MODEL: 'small' })
  t.deepEqual(embedder, { choice: { kind: 'openai', url: 'http://host/v1' }, model: 'small', apiKey: null })
})
