/** The words of a text, in order. */
export interface Words {
  /** Lower case, NFKC; an apostrophe inside a word is `'`. */
  readonly texts: readonly string[]
  /** Of each word, CAPITAL and FIRST. Kept apart from the texts: an object per word would double the time of indexing. */
  readonly marks: readonly number[]
}

/** The text has it with a capital first letter. */
export const CAPITAL = 1
/** Nothing stands before it in its sentence. */
export const FIRST = 2

const OTHER = 0
const WORD = 1
const APOSTROPHE = 2
const STOP = 3
const classes = new Uint8Array(0x10000)
const UNKNOWN = 4
classes.fill(UNKNOWN, 0x80)
for (let code = 0; code < 0x80; code++) {
  const char = String.fromCharCode(code)
  classes[code] = /[a-z0-9]/i.test(char) ? WORD : char === "'" ? APOSTROPHE : /[.!?\n]/.test(char) ? STOP : OTHER
}
const wordChar = /[\p{L}\p{N}\p{M}]/u
/**
 * Scripts that write no spaces between words, and Hangul, which writes particles onto them: their runs are cut into
 * overlapping pairs of characters. A segmenter would need a dictionary, which is another one in every version of ICU, and
 * then a replay elsewhere would rank otherwise. The long vowel mark is common to both kana and so has no script.
 */
const UNSPACED =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\u30fc\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}'
const unspaced = new RegExp(`[${UNSPACED}]`, 'u')
/** In "我用iPhone拍照" the name is a word of its own. */
const stretches = new RegExp(`[${UNSPACED}\\p{M}]+|[^${UNSPACED}]+`, 'gu')
/** A word of one character is common in Han alone; elsewhere such a character says nothing. */
const han = /\p{Script=Han}/u
const notAscii = /[^\0-\x7f]/

function classify(code: number, char: string): number {
  if (char === '’') return APOSTROPHE
  if (/[。！？…]/u.test(char)) return STOP
  const found = wordChar.test(char) ? WORD : OTHER
  if (code < 0x10000) classes[code] = found
  return found
}

/** An index row holds at most 2^16 tokens; NFKC may make eighteen characters of one. */
export const MAX_WORDS = 60_000
/** Of a longer text, single characters besides the pairs would go beyond that. */
const MAX_FOR_SINGLES = MAX_WORDS / 2

/**
 * Words are runs of letters, marks and digits (UAX #29 without its tables), joined by apostrophes between letters: the first
 * MAX_WORDS of them. After one with humps ("bodyLimit") come its parts, so that a question in plain words finds it.
 */
export function wordsOf(source: string): Words {
  const text = notAscii.test(source) ? source.normalize('NFKC') : source
  const words: Found = { texts: [], marks: [], singles: text.length <= MAX_FOR_SINGLES }
  let start = -1
  let ascii = true
  let mark = FIRST
  for (let at = 0; at <= text.length && words.texts.length < MAX_WORDS; at++) {
    const kind = at === text.length ? OTHER : classAt(text, at)
    if (kind === WORD) {
      if (start < 0) start = at
      const code = text.charCodeAt(at)
      if (code >= 0x80) ascii = false
      if (isHighSurrogate(code)) at++
      continue
    }
    if (kind === APOSTROPHE && start >= 0 && at + 1 < text.length && classAt(text, at + 1) === WORD) {
      if (text.charCodeAt(at) >= 0x80) ascii = false
      continue
    }
    if (start >= 0) {
      if (ascii) pushPlain(words, text.slice(start, at), mark)
      else pushWord(words, text.slice(start, at), mark)
      start = -1
      ascii = true
      mark = 0
    }
    if (kind === STOP) mark = FIRST
  }
  return words
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code < 0xdc00

function classAt(text: string, at: number): number {
  const code = text.charCodeAt(at)
  const known = classes[code]!
  if (known !== UNKNOWN) return known
  const point = text.codePointAt(at)!
  return classify(point, String.fromCodePoint(point))
}

interface Found {
  readonly texts: string[]
  readonly marks: number[]
  /** Whether single Han characters are words, too. */
  readonly singles: boolean
}

function pushPlain(found: Found, raw: string, mark: number): void {
  const code = raw.charCodeAt(0)
  const text = raw.toLowerCase()
  found.texts.push(text)
  found.marks.push(code >= 65 && code <= 90 ? mark | CAPITAL : mark)
  if (text !== raw) pushParts(found, raw)
}

/** Between "body" and "Limit", and between "HTTP" and "Server", but not in "CPUs". */
const hump = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll}{2})/u
/** Longer runs are no names: taking them apart would make more words of a text than an index row holds. */
const MAX_NAME = 64

function pushParts({ texts, marks }: Found, raw: string): void {
  if (raw.length > MAX_NAME || !hump.test(raw)) return
  for (const part of raw.split(hump)) {
    texts.push(part.toLowerCase())
    marks.push(0)
  }
}

function pushWord(found: Found, raw: string, mark: number): void {
  if (!unspaced.test(raw)) {
    pushSpaced(found, raw, mark)
    return
  }
  for (const [i, stretch] of (raw.match(stretches) ?? []).entries()) {
    const here = i === 0 ? mark : 0
    if (unspaced.test(stretch)) pushPairs(found, [...stretch], here)
    else pushSpaced(found, stretch, here)
  }
}

function pushSpaced(found: Found, raw: string, mark: number): void {
  const text = raw.toLowerCase().replaceAll('’', "'")
  found.texts.push(text)
  found.marks.push(raw[0] === text[0] ? mark : mark | CAPITAL)
  if (text !== raw) pushParts(found, raw.replaceAll('’', "'"))
}

/** Each pair of neighbours, and each Han character besides, so that a question of one character finds it. */
function pushPairs({ texts, marks, singles }: Found, chars: readonly string[], mark: number): void {
  const from = texts.length
  for (const [i, char] of chars.entries()) {
    if (texts.length >= MAX_WORDS) break
    if (chars.length === 1 || (singles && han.test(char))) texts.push(char)
    if (i + 1 < chars.length) texts.push(char + chars[i + 1]!)
  }
  for (let i = from; i < texts.length; i++) marks.push(i === from ? mark : 0)
}
