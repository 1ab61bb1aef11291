import { isAbsolute, resolve } from 'node:path'

/** What `SOMABRAIN_EMBEDDER` says. */
export type EmbedderChoice =
  | { readonly kind: 'none' }
  /** `folder` is absolute. */
  | { readonly kind: 'onnx'; readonly folder: string }
  /** `url`: of the API, without the `/embeddings` at its end. */
  | { readonly kind: 'openai'; readonly url: string }

export const EMBEDDER_FORMS = 'none, onnx:<folder of a model> or openai:<http(s) address of an OpenAI-compatible API>'

/** The choice that a text states, or `null` when it states none. */
export function embedderChoice(text: string): EmbedderChoice | null {
  if (text === 'none') return { kind: 'none' }
  const [, kind, rest] = /^(onnx|openai):(.+)$/s.exec(text) ?? []
  if (kind === 'onnx' && rest !== undefined) return { kind, folder: isAbsolute(rest) ? rest : resolve(rest) }
  if (kind !== 'openai' || rest === undefined || !/^https?:\/\//.test(rest) || !URL.canParse(rest)) return null
  const { username, password, search, hash } = new URL(rest)
  // A key has a setting of its own, which is never logged.
  if (username !== '' || password !== '' || search !== '' || hash !== '') return null
  return { kind, url: rest.replace(/\/+$/, '').replace(/\/embeddings$/, '') }
}
