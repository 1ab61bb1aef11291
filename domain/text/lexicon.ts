import { newStemmer, type Stemmer } from 'snowball-stemmers'
import { everydayForms } from './everyday-forms.ts'
import { irregularForms } from './irregular-forms.ts'
import { stopWordsOf } from './stop-words-by-language.ts'
import { topicsByStem } from './topics.ts'
import { classesOf, classesOfAnyLanguage } from './word-classes.ts'

export interface WordEntry {
  /** `null` for a stop word. */
  readonly stem: string | null
  /** Bits of word-classes.ts. */
  readonly classes: number
  /** Bits of topics.ts. */
  readonly topics: number
}

const MAX_ENTRIES = 200_000
/** Of a word, its stem, its entry and its place in the map. */
const ENTRY_BYTES = 100
/** Longer runs are no words; cutting them bounds what a text can make the dictionary hold. */
const MAX_WORD = 64

/** Snowball's algorithms by BCP 47 primary language. */
const algorithms: Readonly<Record<string, string>> = {
  ar: 'arabic',
  ca: 'catalan',
  cs: 'czech',
  da: 'danish',
  de: 'german',
  en: 'english',
  es: 'spanish',
  eu: 'basque',
  fi: 'finnish',
  fr: 'french',
  ga: 'irish',
  hu: 'hungarian',
  hy: 'armenian',
  it: 'italian',
  nl: 'dutch',
  no: 'norwegian',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  sl: 'slovene',
  sv: 'swedish',
  ta: 'tamil',
  tr: 'turkish',
}

/** Articles and pronouns that lose their vowel before another: l'école, dell'arte, l'home. */
const elisions: Readonly<Record<string, RegExp>> = {
  ca: /^[dlmnst]'(?=\p{L})/u,
  fr: /^(?:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu)'(?=\p{L})/u,
  it: /^(?:[cdlmnstv]|(?:d|n|s|a|qu)?ell|all|dall|sull|un|quest|gl|dagl|degl|negl|sugl)'(?=\p{L})/u,
}

/** What a language makes of a word. Pure: the entries that it keeps only save working them out again. */
export class Lexicon {
  readonly #stemmer: Stemmer | null
  readonly #stopWords: ReadonlySet<string>
  /** What a word loses at its beginning when it is joined to the one after it. */
  readonly #elision: RegExp | null
  /** Base form by irregular form, and stem by the stem of a word that stands for the same. */
  readonly #irregular: ReadonlyMap<string, string>
  readonly #everyday: ReadonlyMap<string, string>
  readonly #topics: ReadonlyMap<string, number>
  readonly #classesOf: (word: string) => number
  readonly #entries = new Map<string, WordEntry>()

  /** `language`: BCP 47; one that has no stemmer here is indexed by its words as they stand. */
  constructor(language = 'en') {
    const primary = language.toLowerCase().split('-')[0]!
    const algorithm = algorithms[primary]
    this.#stemmer = algorithm === undefined ? null : newStemmer(algorithm)
    const english = primary === 'en'
    this.#stopWords = stopWordsOf(primary)
    this.#elision = elisions[primary] ?? null
    this.#irregular = english ? irregularForms : new Map()
    this.#everyday = english && this.#stemmer !== null ? everydayStems(this.#stemmer) : new Map()
    this.#classesOf = english ? classesOf : classesOfAnyLanguage
    this.#topics = english ? topicsByStem((word) => this.#stem(word)) : new Map()
  }

  /** `word`: lower case, as words.ts cuts it. */
  entry(word: string): WordEntry {
    const known = this.#entries.get(word)
    if (known !== undefined) return known
    if (this.#entries.size >= MAX_ENTRIES) this.#entries.clear()
    const owned = ownedText(word)
    const stem = this.#stem(owned)
    const entry = { stem, classes: this.#classesOf(owned), topics: stem === null ? 0 : (this.#topics.get(stem) ?? 0) }
    this.#entries.set(owned, entry)
    return entry
  }

  /** An estimate. */
  get bytes(): number {
    return this.#entries.size * ENTRY_BYTES
  }

  /** Lets go of every word it has seen: words of an erased text stay nowhere. */
  clear(): void {
    this.#entries.clear()
  }

  #stem(joined: string): string | null {
    const word = this.#elision === null ? joined : joined.replace(this.#elision, '')
    if (this.#stopWords.has(word)) return null
    const cut = word.length > MAX_WORD ? ownedText(word.slice(0, MAX_WORD)) : word
    if (this.#stemmer === null || DIGIT.test(cut)) return cut
    const stem = ownedText(this.#stemmer.stem(this.#irregular.get(cut) ?? cut)) || cut
    return this.#everyday.get(stem) ?? stem
  }
}

/** Stem of a group of everyday-forms.ts by the stems of its other words. */
function everydayStems(stemmer: Stemmer): ReadonlyMap<string, string> {
  const stem = (word: string): string => stemmer.stem(irregularForms.get(word) ?? word)
  return new Map(everydayForms.flatMap(([full, ...others]) => others.map((other) => [stem(other), stem(full!)])))
}

/** A number, a code or a name of a thing: it has no inflection, and texts hold more of them than of words. */
const DIGIT = /\p{Nd}/u

/** A slice keeps the whole text alive that it was cut from (V8); a copy through bytes does not. */
export const ownedText = (text: string): string => Buffer.from(text, 'utf16le').toString('utf16le')
