/** A request that is refused, and what the refusal has to say. */
export interface Refusal {
  readonly what: string
  readonly path: string
  readonly method?: string
  readonly body?: unknown
  readonly raw?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  readonly status?: number
  readonly code?: string
  /** The field at fault, as the request spells it. */
  readonly field: string
  /** Part of `detail` or `expected`. */
  readonly says?: string
}
