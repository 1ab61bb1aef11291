import { growableU32 } from './growable.ts'

/** Rough cost of a map entry with its key string, besides the characters. */
const ENTRY_BYTES = 96

/** Values by code, codes by value, and how often each is held: what nobody holds any more is gone. Code 0 is no value. */
export class ValueDictionary<Value> {
  readonly #codes = new Map<string, number>()
  readonly #values: Array<Value | undefined> = [undefined]
  readonly #holders = growableU32()
  readonly #keyOf: (value: Value) => string
  readonly #free: number[] = []
  #chars = 0

  constructor(keyOf: (value: Value) => string) {
    this.#keyOf = keyOf
  }

  /** The code of a value, or 0. */
  code(value: Value): number {
    return this.#codes.get(this.#keyOf(value)) ?? 0
  }

  value(code: number): Value | undefined {
    return this.#values[code]
  }

  /** One more than the largest code in use. */
  get codes(): number {
    return this.#values.length
  }

  hold(value: Value): number {
    const key = this.#keyOf(value)
    let code = this.#codes.get(key)
    if (code === undefined) {
      code = this.#free.pop() ?? this.#values.length
      this.#codes.set(key, code)
      this.#values[code] = value
      this.#holders.set(code, 0)
      this.#chars += key.length
    }
    this.#holders.data[code]!++
    return code
  }

  /** Returns true when nobody holds the value any more: its code may be given again. */
  release(code: number): boolean {
    if (--this.#holders.data[code]! > 0) return false
    const key = this.#keyOf(this.#values[code]!)
    this.#codes.delete(key)
    this.#values[code] = undefined
    this.#chars -= key.length
    this.#free.push(code)
    return true
  }

  get bytes(): number {
    return this.#values.length * ENTRY_BYTES + this.#chars * 2 + this.#holders.bytes
  }
}
