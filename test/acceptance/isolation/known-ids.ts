import { randomUUID } from 'node:crypto'
import type { Identity } from '../../../domain/identity.ts'
import type { Random } from '../../chaos/cluster/random.ts'

export type IdKind = 'memory' | 'command' | 'receipt'

interface Known {
  readonly id: string
  readonly tenant: string
  readonly namespace: string
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

/** Whose ids are whose, and which of others' a tenant named itself. */
export class KnownIds {
  readonly #ids: Record<IdKind, Known[]> = { memory: [], command: [], receipt: [] }
  readonly #holder = new Map<string, Known>()
  readonly #named = new Map<string, Set<string>>()

  add(kind: IdKind, id: string, tenant: string, namespace: string): void {
    const known = { id, tenant, namespace }
    this.#ids[kind].push(known)
    this.#holder.set(id, known)
  }

  /** An id that the identity reaches; one that nobody has while there is none. */
  own(random: Random, kind: IdKind, identity: Identity): string {
    return this.#pick(random, kind, (known) => reaches(identity, known))
  }

  /** An id that exists beyond the identity's reach: of another tenant, or in a namespace that its credential is not for. */
  foreign(random: Random, kind: IdKind, identity: Identity): string {
    return this.#pick(random, kind, (known) => !reaches(identity, known))
  }

  /** What a tenant wrote into a request may come back to it. */
  named(tenant: string, ids: readonly string[]): void {
    const named = this.#named.get(tenant) ?? new Set()
    for (const id of ids) named.add(id)
    this.#named.set(tenant, named)
  }

  /** Ids in a text that exist beyond the identity's reach and that its tenant never named. */
  leaked(identity: Identity, text: string): string[] {
    return [...text.matchAll(UUID)]
      .map(([id]) => id)
      .filter((id) => {
        const known = this.#holder.get(id)
        return known !== undefined && !reaches(identity, known) && this.#named.get(identity.tenant)?.has(id) !== true
      })
  }

  #pick(random: Random, kind: IdKind, fits: (known: Known) => boolean): string {
    const ids = this.#ids[kind]
    for (let tries = 0; tries < 40 && ids.length > 0; tries++) {
      const known = random.pick(ids)
      if (fits(known)) return known.id
    }
    return randomUUID()
  }
}

const reaches = ({ tenant, namespaces }: Identity, known: Known): boolean =>
  known.tenant === tenant && (namespaces === null || namespaces.includes(known.namespace))
