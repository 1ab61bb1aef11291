import fc from 'fast-check'
import { ENCODING_DIMENSION } from '../../../domain/encoding/encode.ts'

/** Sums of a seeded generator (mulberry32): fast-check would need 256 draws a factor, and shrinks them one by one. */
export function factorOfSeed(seed: number, spread: number): Int16Array {
  const sums = new Int16Array(ENCODING_DIMENSION)
  let state = seed | 0
  for (let i = 0; i < sums.length; i++) {
    state = (state + 0x6d2b79f5) | 0
    let h = Math.imul(state ^ (state >>> 15), 1 | state)
    h = (h + Math.imul(h ^ (h >>> 7), 61 | h)) ^ h
    sums[i] = ((h ^ (h >>> 14)) % (spread + 1)) | 0
  }
  if (sums.every((sum) => sum === 0)) sums[Math.abs(seed) % ENCODING_DIMENSION] = 1
  return sums
}

/** Few seeds make repeats, small spreads sparse encodings, large ones saturated sums. */
const factor = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.constantFrom(1, 3, 100, 32_767))
  .map(([seed, spread]) => factorOfSeed(seed, spread))

export const factors = fc.oneof(
  fc.array(factor, { maxLength: 12 }),
  fc.array(factor, { minLength: 200, maxLength: 300, size: 'max' }),
)
