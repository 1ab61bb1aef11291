import type { ModelFiles } from './model-files.ts'

export interface OnnxWorkerData {
  readonly files: ModelFiles
}

export interface OnnxRequest {
  readonly id: number
  readonly texts: readonly string[]
}

export type OnnxReply =
  | { readonly kind: 'ready'; readonly dimension: number }
  | { readonly kind: 'vectors'; readonly id: number; readonly vectors: readonly Float32Array[] }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
