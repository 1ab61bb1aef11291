/** Bounds what one tenant has in flight, so that a slow flood of one leaves room for the others. */
export class TenantsInFlight {
  readonly #most: number
  readonly #counts = new Map<string, number>()

  constructor(most: number) {
    this.#most = most
  }

  /** Gives the place back, once; `null` when the tenant has as many as it may. */
  enter(tenant: string): (() => void) | null {
    const count = this.#counts.get(tenant) ?? 0
    if (count >= this.#most) return null
    this.#counts.set(tenant, count + 1)
    let left = false
    return () => {
      if (left) return
      left = true
      const now = this.#counts.get(tenant)! - 1
      if (now === 0) this.#counts.delete(tenant)
      else this.#counts.set(tenant, now)
    }
  }
}
