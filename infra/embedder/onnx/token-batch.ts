/** Texts of about the same length as one rectangle of tokens, padded at the end. */
export interface TokenBatch {
  /** Which texts, by their place in what was asked. */
  readonly texts: readonly number[]
  /** Tokens of each. */
  readonly width: number
  readonly ids: BigInt64Array
  /** 1 for a token, 0 for padding. */
  readonly mask: BigInt64Array
}

/**
 * Cuts texts into rectangles of at most `maxTexts`, the shortest first: padding costs as much as text, so a long one
 * must not stretch the short ones. A text beyond `maxTokens` keeps its first ones and its last, the end mark.
 */
export function tokenBatches(
  tokens: ReadonlyArray<readonly number[]>,
  maxTokens: number,
  maxTexts: number,
): readonly TokenBatch[] {
  const cut = tokens.map((ids) => (ids.length <= maxTokens ? ids : [...ids.slice(0, maxTokens - 1), ids.at(-1)!]))
  const byLength = cut.map((_, text) => text).sort((a, b) => cut[a]!.length - cut[b]!.length)
  const batches: TokenBatch[] = []
  for (let at = 0; at < byLength.length; at += maxTexts) {
    const texts = byLength.slice(at, at + maxTexts)
    batches.push(
      rectangle(
        texts,
        texts.map((text) => cut[text]!),
      ),
    )
  }
  return batches
}

function rectangle(texts: readonly number[], rows: ReadonlyArray<readonly number[]>): TokenBatch {
  const width = Math.max(1, ...rows.map((row) => row.length))
  const ids = new BigInt64Array(width * rows.length)
  const mask = new BigInt64Array(width * rows.length)
  for (const [r, row] of rows.entries()) {
    for (const [i, id] of row.entries()) {
      ids[r * width + i] = BigInt(id)
      mask[r * width + i] = 1n
    }
  }
  return { texts, width, ids, mask }
}
