import type { EmbedderChoice } from './embedder-choice.ts'
import { openOnnxEmbedder } from './onnx/open-onnx-embedder.ts'
import { openOpenAiEmbedder } from './openai/open-openai-embedder.ts'
import type { OpenedEmbedder } from './opened-embedder.ts'

export interface EmbedderSettings {
  readonly choice: EmbedderChoice
  /** Of a service: the model to ask it for. */
  readonly model: string | null
  readonly apiKey: string | null
}

/** `null` for none. Throws an `EmbedderError` when a local model cannot be run; a service may be down. */
export async function openEmbedder({ choice, model, apiKey }: EmbedderSettings): Promise<OpenedEmbedder | null> {
  switch (choice.kind) {
    case 'none':
      return null
    case 'onnx':
      return openOnnxEmbedder(choice.folder)
    case 'openai':
      return openOpenAiEmbedder({ url: choice.url, model: model ?? '', apiKey })
  }
}
