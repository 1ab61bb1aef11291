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
 * so that one with a long queue delays a neighbour by a request and not by its queue. No tenant holds all places, and who holds
 * one for long is waiting for something else than the processor: then its place is free for others.
 */
export class FairGate {
  readonly #maxActive: number
  readonly #maxActivePerTenant: number
  readonly #holdMs: number
  readonly #tenants = new Map<string, Tenant>()
  #active = 0
  #turns = 0

  constructor(maxActive: number, maxActivePerTenant: number, holdMs: number) {
    this.#maxActive = maxActive
    this.#maxActivePerTenant = maxActivePerTenant
    this.#holdMs = holdMs
  }

  enter(name: string): Turn {
    const tenant = this.#tenants.get(name) ?? { active: 0, servedAt: 0, waiting: new Set() }
    this.#tenants.set(name, tenant)
    const { promise: ready, resolve } = Promise.withResolvers<void>()
    let left = false
    let timer: NodeJS.Timeout | undefined
    const begin = (): void => {
      timer = setTimeout(leave, this.#holdMs).unref()
      resolve()
    }
    const leave = (): void => {
      if (left) return
      left = true
      clearTimeout(timer)
      if (!tenant.waiting.delete(begin)) {
        tenant.active -= 1
        this.#active -= 1
      }
      if (tenant.active === 0 && tenant.waiting.size === 0) this.#tenants.delete(name)
      this.#serve()
    }
    tenant.waiting.add(begin)
    this.#serve()
    return { ready, leave }
  }

  #serve(): void {
    while (this.#active < this.#maxActive) {
      const next = this.#next()
      if (next === null) return
      const [begin] = next.waiting
      next.waiting.delete(begin!)
      next.active += 1
      this.#active += 1
      this.#turns += 1
      next.servedAt = this.#turns
      begin!()
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
