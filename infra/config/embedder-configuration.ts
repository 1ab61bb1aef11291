import { MAX_MODEL_NAME } from '../../domain/vector/embedding.ts'
import { EMBEDDER_FORMS, embedderChoice } from '../embedder/embedder-choice.ts'
import type { EmbedderSettings } from '../embedder/open-embedder.ts'
import { ConfigurationError } from './configuration-error.ts'

const MODEL = 'SOMABRAIN_EMBEDDER_MODEL'

/** Throws a `ConfigurationError` that names the setting at fault. */
export function embedderConfiguration(
  values: ReadonlyMap<string, string>,
  stated: string = values.get('SOMABRAIN_EMBEDDER') ?? 'none',
): EmbedderSettings {
  const choice = embedderChoice(stated)
  if (choice === null) throw new ConfigurationError('SOMABRAIN_EMBEDDER', `is "${stated}"`, EMBEDDER_FORMS)
  const model = values.get(MODEL) ?? null
  if (choice.kind === 'openai' && model === null) {
    throw new ConfigurationError(MODEL, 'is not set', 'the name of a model that the API has')
  }
  if (model !== null && !isName(model)) {
    throw new ConfigurationError(MODEL, `is "${model}"`, `1 to ${MAX_MODEL_NAME} characters without spaces`)
  }
  return { choice, model, apiKey: values.get('SOMABRAIN_EMBEDDER_API_KEY') ?? null }
}

const isName = (model: string): boolean => model.length <= MAX_MODEL_NAME && /^[^\s\p{Cc}]+$/u.test(model)
