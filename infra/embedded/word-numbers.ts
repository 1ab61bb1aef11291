/** More words than this are numbered anew: so many cost some twenty megabytes. */
const MAX_WORDS = 200_000

/** Gives words numbers, in the order in which it meets them. */
export class WordNumbers {
  readonly #max: number
  readonly #numbers = new Map<string, number>()
  #added: string[] = []

  constructor(max = MAX_WORDS) {
    this.#max = max
  }

  /** Written to `into` from `at` on. */
  write(words: readonly string[], into: Uint32Array, at: number): void {
    for (let i = 0; i < words.length; i++) into[at + i] = this.#number(words[i]!)
  }

  /** Begins again with number 0 when there are too many; returns whether it did. */
  restart(): boolean {
    if (this.#numbers.size > 0 && this.#numbers.size < this.#max) return false
    this.#numbers.clear()
    return true
  }

  /** Words that were met since it was last called. */
  take(): readonly string[] {
    const added = this.#added
    this.#added = []
    return added
  }

  #number(word: string): number {
    const known = this.#numbers.get(word)
    if (known !== undefined) return known
    const number = this.#numbers.size
    this.#numbers.set(word, number)
    this.#added.push(word)
    return number
  }
}
