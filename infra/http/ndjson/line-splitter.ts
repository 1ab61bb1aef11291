/** A line without its end, or what is left of one that was too long to keep. */
export type Line = { readonly ok: true; readonly bytes: Buffer } | { readonly ok: false; readonly length: number }

const LINE_FEED = 0x0a

/** Cuts chunks into lines, keeping at most `limit` bytes of an unfinished one. */
export class LineSplitter {
  readonly #limit: number
  #kept: Buffer[] = []
  /** Bytes of the unfinished line, kept or not. */
  #length = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  *push(chunk: Buffer): Generator<Line> {
    let from = 0
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, from)) {
      this.#keep(chunk.subarray(from, at))
      yield this.#finish()
      from = at + 1
    }
    this.#keep(chunk.subarray(from))
  }

  /** The last line, when it has no end of its own. */
  *end(): Generator<Line> {
    if (this.#length > 0) yield this.#finish()
  }

  #keep(bytes: Buffer): void {
    this.#length += bytes.length
    if (this.#length > this.#limit) this.#kept = []
    else if (bytes.length > 0) this.#kept.push(bytes)
  }

  #finish(): Line {
    const length = this.#length
    const kept = this.#kept
    this.#length = 0
    this.#kept = []
    if (length > this.#limit) return { ok: false, length }
    return { ok: true, bytes: kept.length === 1 ? kept[0]! : Buffer.concat(kept, length) }
  }
}
