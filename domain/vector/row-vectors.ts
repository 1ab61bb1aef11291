/**
 * A vector that a row of long-term memory has: where it is sealed, and of which model. `sealed: null`: inside the seal of
 * the memory itself, as its `Remember` brought it. Else the seal of the `Embed` that added it.
 */
export interface RowVector {
  readonly model: string
  /** Of the `Embed`; the seal is bound to it. */
  readonly commandId: string | null
  readonly sealed: Uint8Array | null
}

/**
 * Vectors that were added to a row and are kept: that of the model in use, and that of the one before it, so that readers
 * of either find theirs while a store goes from one to the other.
 */
export const KEPT_EMBEDS = 2

/** With another vector: it takes the place of one of the same model, and beyond {@link KEPT_EMBEDS} of the oldest. */
export function withVector(vectors: readonly RowVector[] | undefined, added: RowVector): readonly RowVector[] {
  const others = (vectors ?? []).filter(({ model, sealed }) => sealed === null || model !== added.model)
  const own = others.filter(({ sealed }) => sealed === null)
  const embedded = [...others.filter(({ sealed }) => sealed !== null), added]
  return [...own, ...embedded.slice(-KEPT_EMBEDS)]
}

/** The newest vector of a model, or `null`. */
export const vectorOf = (vectors: readonly RowVector[] | undefined, model: string): RowVector | null =>
  vectors?.findLast((vector) => vector.model === model) ?? null
