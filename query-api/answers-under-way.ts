/** Answers that are being worked out on other threads, by an index that must not change meanwhile. */
export class AnswersUnderWay {
  readonly #answers = new Set<Promise<void>>()
  readonly #oneIsThere: () => void

  /** `oneIsThere`: told of each. */
  constructor(oneIsThere: () => void) {
    this.#oneIsThere = oneIsThere
  }

  get areSome(): boolean {
    return this.#answers.size > 0
  }

  /** `answer` must not reject. */
  add(answer: Promise<void>): void {
    const followed = answer.then(() => {
      this.#answers.delete(followed)
      this.#oneIsThere()
    })
    this.#answers.add(followed)
  }

  /** Resolves when those that are under way now are there. */
  async settled(): Promise<void> {
    await Promise.all(this.#answers)
  }
}
