/** Buckets of the hash. A power of two: the bucket is the low 8 bits of a hash, the sign its ninth. */
export const DIMENSION = 256

const BUCKET_MASK = DIMENSION - 1
const SIGN_BIT = DIMENSION

/** FNV-1a, 32 bit: offset basis and prime (draft-eastlake-fnv). Fed with UTF-16 code units instead of bytes. */
const FNV_BASIS = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** Trigrams start from another basis (FNV_BASIS ⊕ 2³²/φ), so that a word of three letters is not its own trigram. */
const TRIGRAM_BASIS = FNV_BASIS ^ 0x9e3779b9

/** What stands before and after a word in its trigrams: control characters, which no word contains. */
const START = 0x02
const END = 0x03

/** Adds ±1 for the whole word. */
export function addWord(sums: Int32Array, word: string): void {
  let hash = FNV_BASIS
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), FNV_PRIME)
  add(sums, hash)
}

/** Adds ±1 for each three adjacent code units of the word between its boundary marks. */
export function addTrigrams(sums: Int32Array, word: string): void {
  let first = START
  let second = word.charCodeAt(0)
  for (let i = 1; i <= word.length; i++) {
    const third = i < word.length ? word.charCodeAt(i) : END
    const hash = Math.imul(
      Math.imul(Math.imul(TRIGRAM_BASIS ^ first, FNV_PRIME) ^ second, FNV_PRIME) ^ third,
      FNV_PRIME,
    )
    add(sums, hash)
    first = second
    second = third
  }
}

/** FNV's low bits are weak: the finaliser of MurmurHash3 (fmix32) spreads every bit before bucket and sign are taken. */
function add(sums: Int32Array, hash: number): void {
  let h = hash ^ (hash >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  h ^= h >>> 16
  const bucket = h & BUCKET_MASK
  sums[bucket] = sums[bucket]! + ((h & SIGN_BIT) === 0 ? 1 : -1)
}
