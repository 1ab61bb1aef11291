import type { JsonPrimitive } from '../../json.ts'
import { growableU32 } from './growable.ts'
import type { IndexArchive } from './index-archive.ts'

/** Rough cost of a value and its map entry, besides the characters. */
const ENTRY_BYTES = 96

/** Values by code, codes by value, and how often each is held: what nobody holds any more is gone. Code 0 is no value. */
export class ValueDictionary<Value extends JsonPrimitive> {
  readonly #codes = new Map<JsonPrimitive, number>()
  readonly #values: Array<Value | undefined> = [undefined]
  readonly #holders = growableU32()
  readonly #free: number[] = []
  #chars = 0

  /** The code of a value, or 0. */
  code(value: JsonPrimitive): number {
    return this.#codes.get(value) ?? 0
  }

  value(code: number): Value | undefined {
    return this.#values[code]
  }

  /** One more than the largest code in use. */
  get codes(): number {
    return this.#values.length
  }

  hold(value: Value): number {
    let code = this.#codes.get(value)
    if (code === undefined) {
      code = this.#free.pop() ?? this.#values.length
      this.#codes.set(value, code)
      this.#values[code] = value
      this.#holders.set(code, 0)
      this.#chars += charsOf(value)
    }
    this.#holders.data[code]!++
    return code
  }

  /** As {@link hold}, where `code` still stands for the value; else it does nothing and returns false. */
  holdAgain(code: number, value: Value): boolean {
    if (code === 0 || this.#values[code] !== value) return false
    this.#holders.data[code]!++
    return true
  }

  /** Returns true when nobody holds the value any more: its code may be given again. */
  release(code: number): boolean {
    if (--this.#holders.data[code]! > 0) return false
    const value = this.#values[code]!
    this.#codes.delete(value)
    this.#values[code] = undefined
    this.#chars -= charsOf(value)
    this.#free.push(code)
    return true
  }

  archive(archive: IndexArchive): void {
    const values = archive.values('values', this.#values)
    archive.column('holders', this.#holders, values.length)
    if (!archive.restoring) return
    this.#codes.clear()
    this.#values.length = 1
    this.#free.length = 0
    this.#chars = 0
    for (let code = 1; code < values.length; code++) this.#restore(code, values[code]!)
  }

  get bytes(): number {
    return this.#values.length * ENTRY_BYTES + this.#chars * 2 + this.#holders.bytes
  }

  #restore(code: number, value: Value): void {
    const isHeld = this.#holders.data[code]! > 0
    this.#values[code] = isHeld ? value : undefined
    if (!isHeld) {
      this.#free.push(code)
      return
    }
    this.#codes.set(value, code)
    this.#chars += charsOf(value)
  }
}

const charsOf = (value: JsonPrimitive): number => (typeof value === 'string' ? value.length : 0)
