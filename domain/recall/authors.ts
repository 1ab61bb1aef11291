import type { Lexicon } from '../text/lexicon.ts'
import { wordsOf } from '../text/words.ts'

/** Authors by the stems of their names: a field, because as index terms they would make half of all postings. */
export class Authors {
  readonly #lexicon: Lexicon
  /** By code; code 0 is no author. */
  readonly #stems: Array<readonly string[] | undefined> = [[]]
  readonly #byStem = new Map<string, Set<number>>()

  constructor(lexicon: Lexicon) {
    this.#lexicon = lexicon
  }

  /** Takes in that `code` is the author `name`; returns how many stems the name has. */
  note(code: number, name: string | null): number {
    if (name === null) return 0
    const stems = this.#stems[code] ?? authorStems(name, this.#lexicon)
    if (this.#stems[code] === undefined) {
      this.#stems[code] = stems
      for (const stem of stems) {
        const codes = this.#byStem.get(stem) ?? new Set()
        this.#byStem.set(stem, codes.add(code))
      }
    }
    return stems.length
  }

  /** The code is no author's any more and may become another's. */
  forget(code: number): void {
    for (const stem of this.#stems[code] ?? []) {
      const codes = this.#byStem.get(stem)
      codes?.delete(code)
      if (codes?.size === 0) this.#byStem.delete(stem)
    }
    this.#stems[code] = undefined
  }

  /** Codes of the authors whose name has the stem. */
  withStem(stem: string): readonly number[] {
    return [...(this.#byStem.get(stem) ?? [])]
  }

  /** Whether a word is one of an author's names. */
  isNamedBy(word: string): boolean {
    const { stem } = this.#lexicon.entry(word)
    return stem !== null && this.#byStem.has(stem)
  }

  get bytes(): number {
    return this.#stems.length * 300
  }
}

/** Distinct stems of a name. */
export function authorStems(name: string, lexicon: Lexicon): string[] {
  const stems = wordsOf(name).texts.map((word) => lexicon.entry(word).stem)
  return [...new Set(stems.filter((stem) => stem !== null))]
}
