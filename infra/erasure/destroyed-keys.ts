/** Tells of keys whose mark "destroyed" was read, whoever wrote it. Listeners are called in the order they came. */
export class DestroyedKeys {
  readonly #listeners: Array<(keyIds: readonly string[]) => void> = []

  listen(listener: (keyIds: readonly string[]) => void): void {
    this.#listeners.push(listener)
  }

  tell(keyIds: readonly string[]): void {
    for (const listener of this.#listeners) listener(keyIds)
  }
}
