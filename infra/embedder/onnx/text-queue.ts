import { EmbedderError } from '../embedder-error.ts'

export interface QueuedText {
  readonly text: string
  readonly resolve: (vector: Float32Array) => void
  readonly reject: (reason: Error) => void
}

/** Texts that wait for a thread: those of queries before those of memories, each in the order they came. */
export class TextQueue {
  readonly #limit: number
  #urgent: QueuedText[] = []
  #others: QueuedText[] = []

  /** `limit`: texts of memories that may wait; what would exceed it is refused. */
  constructor(limit: number) {
    this.#limit = limit
  }

  get length(): number {
    return this.#urgent.length + this.#others.length
  }

  add(texts: readonly string[], urgent: boolean): Promise<readonly Float32Array[]> {
    if (!urgent && this.#others.length > 0 && this.#others.length + texts.length > this.#limit) {
      return Promise.reject(
        new EmbedderError(`${this.#others.length} texts wait for the embedder already`, 'overloaded'),
      )
    }
    const queue = urgent ? this.#urgent : this.#others
    return Promise.all(
      texts.map((text) => new Promise<Float32Array>((resolve, reject) => queue.push({ text, resolve, reject }))),
    )
  }

  /** The next texts, at most `most`; a query never waits for texts of memories in its own batch. */
  take(most: number): readonly QueuedText[] {
    const queue = this.#urgent.length > 0 ? this.#urgent : this.#others
    return queue.splice(0, most)
  }

  refuseAll(reason: Error): void {
    const all = [...this.#urgent, ...this.#others]
    this.#urgent = []
    this.#others = []
    for (const { reject } of all) reject(reason)
  }
}
