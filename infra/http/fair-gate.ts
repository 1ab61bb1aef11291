/** A place at the gate. */
export interface Turn {
  /** Resolves when it is this one's turn. */
  readonly ready: Promise<void>
  /** Gives the place back, or the wait up. May be called again. */
  leave(): void
}

interface Tenant {
  active: number
  /** Turn at which it was served last; 0: not since it came. */
  servedAt: number
  readonly waiting: Set<() => void>
}

/**
 * Lets so many requests be worked on at once, and the others wait by tenant: whose turn it is goes round among the tenants,
 * so that one with a long queue delays a neighbour by a request and not by its queue. No tenant holds all places.
 */
export class FairGate {
  readonly #maxActive: number
  readonly #maxActivePerTenant: number
  readonly #tenants = new Map<string, Tenant>()
  #active = 0
  #turns = 0

  constructor(maxActive: number, maxActivePerTenant: number) {
    this.#maxActive = maxActive
    this.#maxActivePerTenant = maxActivePerTenant
  }

  enter(name: string): Turn {
    const tenant = this.#tenants.get(name) ?? { active: 0, servedAt: 0, waiting: new Set() }
    this.#tenants.set(name, tenant)
    const { promise: ready, resolve } = Promise.withResolvers<void>()
    tenant.waiting.add(resolve)
    this.#serve()
    let left = false
    const leave = (): void => {
      if (left) return
      left = true
      if (!tenant.waiting.delete(resolve)) {
        tenant.active -= 1
        this.#active -= 1
      }
      if (tenant.active === 0 && tenant.waiting.size === 0) this.#tenants.delete(name)
      this.#serve()
    }
    return { ready, leave }
  }

  #serve(): void {
    while (this.#active < this.#maxActive) {
      const next = this.#next()
      if (next === null) return
      const [resolve] = next.waiting
      next.waiting.delete(resolve!)
      next.active += 1
      this.#active += 1
      this.#turns += 1
      next.servedAt = this.#turns
      resolve!()
    }
  }

  /** Of those who wait and may be served, the one who was served longest ago. */
  #next(): Tenant | null {
    let next: Tenant | null = null
    for (const tenant of this.#tenants.values()) {
      if (tenant.waiting.size === 0 || tenant.active >= this.#maxActivePerTenant) continue
      if (next === null || tenant.servedAt < next.servedAt) next = tenant
    }
    return next
  }
}
