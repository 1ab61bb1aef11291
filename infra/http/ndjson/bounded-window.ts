/** What one side has read and the other has not taken yet: bounded in number and bytes, in order. */
export class BoundedWindow<T> {
  readonly #maxItems: number
  readonly #maxBytes: number
  #items: T[] = []
  #bytes = 0
  #ended = false
  #error: unknown = null
  #room = Promise.withResolvers<void>()
  #more = Promise.withResolvers<void>()

  constructor(maxItems: number, maxBytes: number) {
    this.#maxItems = maxItems
    this.#maxBytes = maxBytes
  }

  get ended(): boolean {
    return this.#ended
  }

  /** `null`: there is room for more. Otherwise wait for the promise before the next push. */
  push(item: T, bytes: number): Promise<void> | null {
    if (this.#ended) return null
    this.#items.push(item)
    this.#bytes += bytes
    this.#more.resolve()
    return this.#items.length < this.#maxItems && this.#bytes < this.#maxBytes ? null : this.#room.promise
  }

  /** All that was pushed so far, at least one; `null` at the end. Rejects when the window failed and all is taken. */
  async take(): Promise<readonly T[] | null> {
    while (this.#items.length === 0) {
      if (this.#error !== null) throw this.#error
      if (this.#ended) return null
      this.#more = Promise.withResolvers()
      await this.#more.promise
    }
    const items = this.#items
    this.#items = []
    this.#bytes = 0
    this.#room.resolve()
    this.#room = Promise.withResolvers()
    return items
  }

  /** No more will come; with an `error`, because something went wrong. The first end counts. */
  end(error: unknown = null): void {
    if (this.#ended) return
    this.#ended = true
    this.#error = error
    this.#more.resolve()
    this.#room.resolve()
  }
}
