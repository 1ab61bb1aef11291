/** What an admitted request holds; `release` gives it all back and may be called again. */
export interface Admitted {
  /** Takes more body bytes; false when there is no room. */
  grow(bytes: number): boolean
  release(): void
}

/** Bounds the requests, and the body bytes, that are in flight at once: what does not fit is refused, never queued. */
export class Admission {
  #requests = 0
  #bytes = 0
  readonly #maxRequests: number
  readonly #maxBytes: number

  constructor(maxRequests: number, maxBytes: number) {
    this.#maxRequests = maxRequests
    this.#maxBytes = maxBytes
  }

  get requests(): number {
    return this.#requests
  }

  get bytes(): number {
    return this.#bytes
  }

  /** `null` when there is no room for a request with a body of `bytes`. */
  enter(bytes: number): Admitted | null {
    if (this.#requests >= this.#maxRequests || this.#bytes + bytes > this.#maxBytes) return null
    this.#requests += 1
    this.#bytes += bytes
    let held = bytes
    let released = false
    return {
      grow: (more) => {
        if (released || this.#bytes + more > this.#maxBytes) return false
        held += more
        this.#bytes += more
        return true
      },
      release: () => {
        if (released) return
        released = true
        this.#requests -= 1
        this.#bytes -= held
      },
    }
  }
}
