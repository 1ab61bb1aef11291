export type Numbers = Int8Array | Uint8Array | Uint16Array | Uint32Array | Int32Array | Float32Array | Float64Array

/** A typed array that grows by half; what is not written reads as 0. Take `data` anew after each `reserve`. */
export class Growable<T extends Numbers> {
  data: T
  readonly #make: (length: number) => T

  constructor(make: (length: number) => T, capacity = 16) {
    this.#make = make
    this.data = make(capacity)
  }

  reserve(length: number): void {
    if (length <= this.data.length) return
    const larger = this.#make(Math.max(length, Math.ceil(this.data.length * 1.5)))
    larger.set(this.data)
    this.data = larger
  }

  set(index: number, value: number): void {
    if (index >= this.data.length) this.reserve(index + 1)
    this.data[index] = value
  }

  get bytes(): number {
    return this.data.byteLength
  }
}

/** In shared memory, so that threads that rank can be lent the columns of an index, and nothing is copied. */
const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes)

/** The array itself, or a copy of it in shared memory. */
export function inSharedMemory<T extends Numbers>(array: T): T {
  if (array.buffer instanceof SharedArrayBuffer) return array
  const copy = new (array.constructor as new (buffer: SharedArrayBuffer) => T)(shared(array.byteLength))
  copy.set(array)
  return copy
}

const sharedU8 = (length: number): Uint8Array => new Uint8Array(shared(length))
export const sharedU32 = (length: number): Uint32Array => new Uint32Array(shared(length * 4))

export const growableI8 = (): Growable<Int8Array> => new Growable((n) => new Int8Array(shared(n)))
export const growableU8 = (): Growable<Uint8Array> => new Growable(sharedU8)
export const growableU16 = (): Growable<Uint16Array> => new Growable((n) => new Uint16Array(shared(n * 2)))
export const growableU32 = (capacity?: number): Growable<Uint32Array> => new Growable(sharedU32, capacity)
export const growableF32 = (): Growable<Float32Array> => new Growable((n) => new Float32Array(shared(n * 4)))
export const growableF64 = (): Growable<Float64Array> => new Growable((n) => new Float64Array(shared(n * 8)))
