import type { Setting } from './setting.ts'

export const embedderSettings: readonly Setting[] = [
  {
    name: 'SOMABRAIN_EMBEDDER',
    meaning:
      'Where vectors come from, for recall by meaning: none, onnx:FOLDER (a local model) or openai:URL (an OpenAI-compatible API, up to and without /embeddings)',
    default: 'none',
  },
  {
    name: 'SOMABRAIN_EMBEDDER_MODEL',
    meaning: 'The model to ask the API of SOMABRAIN_EMBEDDER for; its vectors are known by this name',
    default: null,
  },
  {
    name: 'SOMABRAIN_EMBEDDER_API_KEY',
    meaning: 'Bearer token for the API of SOMABRAIN_EMBEDDER',
    default: null,
    secret: true,
  },
]
