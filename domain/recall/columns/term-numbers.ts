import type { NumberedWords } from '../../text/numbered-words.ts'
import { type Growable, growableU32 } from './growable.ts'
import type { ValueDictionary } from './value-dictionary.ts'

/**
 * Which term of an index each number of a word list stands for, as far as it was met: a number is looked up in a fraction of
 * the time that its word takes.
 */
export class TermNumbers {
  readonly #terms: ValueDictionary<string>
  /** 0: not met. Nothing keeps a list alive that its source let go of. */
  readonly #met = new WeakMap<readonly string[], Growable<Uint32Array>>()

  constructor(terms: ValueDictionary<string>) {
    this.#terms = terms
  }

  /** Holds every word and writes its term. */
  hold({ list, numbers }: NumberedWords, into: Uint32Array): void {
    const met = this.#of(list)
    met.reserve(list.length)
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i]!
      const known = met.data[number]!
      // A term that nobody held any more may stand for another word now.
      into[i] = this.#terms.holdAgain(known, list[number]!) ? known : this.#terms.hold(list[number]!)
      met.data[number] = into[i]!
    }
  }

  #of(list: readonly string[]): Growable<Uint32Array> {
    const met = this.#met.get(list) ?? growableU32()
    this.#met.set(list, met)
    return met
  }
}
