/** Letters of a word that count as one token, in the usual part of a word and beyond it. */
const LETTERS_PER_TOKEN = 3
const USUAL_LETTERS = 12

/** A word of ASCII letters (with the blank before it), a run of blanks, or any other single character. */
const PIECE = / ?[A-Za-z]+| +|[\s\S]/gu

/** Blocks whose usual characters take fewer tokens than bytes: first and last code point, tokens of a character. */
const MERGED_BLOCKS: ReadonlyArray<readonly [first: number, last: number, tokens: number]> = [
  // Greek, Cyrillic, Arabic
  [0x0370, 0x052f, 1],
  [0x0600, 0x06ff, 1],
  // Indic scripts, Thai, Lao, Tibetan; kana, Chinese characters, Hangul; their full-width forms
  [0x0900, 0x0fff, 2],
  [0x3000, 0xd7af, 2],
  [0xff00, 0xffef, 2],
]

/**
 * How many tokens a text is, without the tokenizer of any model: an estimate that is made to be too high. It goes by
 * pieces that end with each line, so the estimates of lines add up to that of their text:
 *
 * - a word of ASCII letters, with the blank before it: one for each begun three letters, one for each letter beyond the
 *   twelfth, and one for each capital behind the first, since identifiers and acronyms fall apart;
 * - a digit, a run of blanks, any other ASCII character: one;
 * - a character of a script that tokenizers merge: one or two;
 * - any other character: its bytes in UTF-8, which no tokenizer that is built on bytes exceeds.
 */
export function estimateTokens(text: string): number {
  let tokens = 0
  for (const [piece] of text.matchAll(PIECE)) {
    const first = piece.codePointAt(0)!
    tokens += first > 0x7f ? tokensOfCharacter(first) : tokensOfWord(piece.trimStart())
  }
  return tokens
}

function tokensOfWord(letters: string): number {
  if (letters.length <= 1) return 1
  let capitals = 0
  for (let i = 1; i < letters.length; i++) if (letters.charCodeAt(i) < 0x61) capitals += 1
  const usual = Math.min(letters.length, USUAL_LETTERS)
  return Math.ceil(usual / LETTERS_PER_TOKEN) + (letters.length - usual) + capitals
}

function tokensOfCharacter(codePoint: number): number {
  for (const [first, last, tokens] of MERGED_BLOCKS) if (codePoint >= first && codePoint <= last) return tokens
  if (codePoint > 0xffff) return 4
  return codePoint > 0x7ff ? 3 : 2
}
