import { addTrigrams, addWord, DIMENSION } from './feature-hash.ts'

/** Version of {@link encode}. Any change to its output is another version: ρ is then seeded again from the content. */
export const ENCODING_VERSION = 1

/** Dimension d of an encoding and of ρ. */
export const ENCODING_DIMENSION = DIMENSION

/** Letters with their marks, and digits, of every script. Text without spaces makes long words, which trigrams take apart. */
const WORD = /[\p{L}\p{M}\p{N}]+/gu

const INT16_MAX = 32_767

/**
 * The built-in encoding: signed feature hashing (Weinberger et al. 2009) of the lower-cased words and of their character
 * trigrams, the same for every language. Returns 256 sums, each limited to ±32,767 after all were added, so that the order
 * of words does not matter; `null` when nothing remains (no words, or all cancel out). Integer arithmetic only.
 */
export function encode(text: string): Int16Array | null {
  const words = text.toLowerCase().normalize('NFC').match(WORD)
  if (words === null) return null
  const sums = new Int32Array(ENCODING_DIMENSION)
  for (const word of words) {
    addWord(sums, word)
    addTrigrams(sums, word)
  }
  return limited(sums)
}

function limited(sums: Int32Array): Int16Array | null {
  const encoding = new Int16Array(ENCODING_DIMENSION)
  let seen = 0
  for (let i = 0; i < ENCODING_DIMENSION; i++) {
    const sum = sums[i]!
    encoding[i] = Math.max(-INT16_MAX, Math.min(INT16_MAX, sum))
    seen |= sum
  }
  return seen === 0 ? null : encoding
}
