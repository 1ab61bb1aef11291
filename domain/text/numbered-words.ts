/** Words by number. */
export interface NumberedWords {
  /** Whoever numbers the words only ever adds to it, so that it is one list over many texts. */
  readonly list: readonly string[]
  readonly numbers: Uint32Array
}

export const isNumbered = (words: readonly string[] | NumberedWords): words is NumberedWords => 'numbers' in words
