/** How long a namespace counts that was let in and is not stored: its write failed, or is not folded yet. Milliseconds. */
export const CLAIM_MS = 60_000

/** The namespaces of one tenant: those that are stored, and those that were let in since. */
export class NamespaceClaims {
  #stored: ReadonlySet<string> = new Set()
  readonly #claims = new Map<string, number>()

  /** What is stored by now. */
  found(stored: ReadonlySet<string>): void {
    this.#stored = stored
  }

  isStored(namespace: string): boolean {
    return this.#stored.has(namespace)
  }

  /** Lets a namespace in that is stored or was let in, or for which there is room. `now`: milliseconds since 1970. */
  admit(namespace: string, most: number, now: number): boolean {
    for (const [name, until] of this.#claims) if (until <= now || this.#stored.has(name)) this.#claims.delete(name)
    if (this.#stored.has(namespace)) return true
    if (!this.#claims.has(namespace) && this.#stored.size + this.#claims.size >= most) return false
    this.#claims.set(namespace, now + CLAIM_MS)
    return true
  }
}
