import { NamespaceClaims } from '../../domain/limits/namespace-claims.ts'
import { BoundedMap } from '../crypto/bounded-map.ts'

/** `most`: namespaces that a tenant may have. */
export type NamespaceDecision = { readonly admitted: true } | { readonly admitted: false; readonly most: number }

/** Whether a tenant may write to a namespace: one that it has, or one more. */
export type NamespaceLimit = (tenant: string, namespace: string) => NamespaceDecision | Promise<NamespaceDecision>

export interface NamespaceLimitDeps {
  /** Namespaces that a tenant may have; `null`: as many as it likes. */
  readonly most: (tenant: string) => number | null
  /** Names of a tenant's namespaces, as long-term memory has them. */
  readonly stored: (tenant: string) => Promise<ReadonlySet<string>>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Told why long-term memory could not say which namespaces a tenant has. */
  readonly onFault: (fault: unknown) => void
}

interface Known {
  readonly claims: NamespaceClaims
  /** Until when long-term memory is not asked again for a namespace that was refused. */
  askAgainAt: number
}

const MAX_TENANTS = 10_000
/** A tenant that is at its limit and goes on asks long-term memory once in so long. */
const REFUSED_MS = 1_000
const ADMITTED: NamespaceDecision = { admitted: true }

/**
 * Long-term memory says which namespaces a tenant has; what this process let in and is not folded yet counts too. What
 * another process let in is seen once it is folded: so each process can exceed the limit by what the others let in within
 * that time. While long-term memory does not answer everything is let in: it bounds what a tenant holds, it guards nothing.
 */
export function createNamespaceLimit({ most, stored, now, onFault }: NamespaceLimitDeps): NamespaceLimit {
  const tenants = new BoundedMap<string, Known>(MAX_TENANTS)
  const knownOf = (tenant: string): Known => {
    const known = tenants.get(tenant) ?? { claims: new NamespaceClaims(), askAgainAt: 0 }
    tenants.set(tenant, known)
    return known
  }
  const ask = async (tenant: string, namespace: string, most: number, known: Known): Promise<NamespaceDecision> => {
    try {
      known.claims.found(await stored(tenant))
    } catch (fault) {
      onFault(fault)
      return ADMITTED
    }
    if (known.claims.admit(namespace, most, now())) return ADMITTED
    known.askAgainAt = now() + REFUSED_MS
    return { admitted: false, most }
  }
  return (tenant, namespace) => {
    const allowed = most(tenant)
    if (allowed === null) return ADMITTED
    const known = knownOf(tenant)
    if (known.claims.isStored(namespace)) return ADMITTED
    if (now() >= known.askAgainAt) return ask(tenant, namespace, allowed, known)
    // Another one was refused lately: this one may have been let in before, and not be folded yet.
    return known.claims.admit(namespace, allowed, now()) ? ADMITTED : { admitted: false, most: allowed }
  }
}
