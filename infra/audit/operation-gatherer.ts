import type { AuditOperation } from '../../domain/audit/audit-operation.ts'

/** An operation as the edge tells of it. */
export type GatheredOperation = Omit<AuditOperation, 'id' | 'times'>

interface Counted {
  readonly operation: GatheredOperation
  times: number
}

/**
 * Gathers operations until they are taken. A refusal that repeats is one operation that happened several times: a flood of
 * them, which costs its sender nothing, costs the log a record a flush. What was answered is never put together.
 */
export class OperationGatherer {
  readonly #newId: () => string
  readonly #refused = new Map<string, Counted>()
  #gathered: Counted[] = []

  constructor(newId: () => string) {
    this.#newId = newId
  }

  get size(): number {
    return this.#gathered.length
  }

  add(operation: GatheredOperation): void {
    const key = operation.code === null || operation.refused !== null ? null : sameRefusal(operation)
    const known = key === null ? undefined : this.#refused.get(key)
    if (known !== undefined) {
      known.times += 1
      return
    }
    const counted = { operation, times: 1 }
    this.#gathered.push(counted)
    if (key !== null) this.#refused.set(key, counted)
  }

  /** All of them, in the order in which they first came. */
  take(): readonly AuditOperation[] {
    const gathered = this.#gathered
    this.#gathered = []
    this.#refused.clear()
    return gathered.map(({ operation, times }) => ({ id: this.#newId(), ...operation, times }))
  }
}

/** Joined by a character that no header, name or template holds. */
const sameRefusal = ({ tenant, principal, credential, action, method, route, namespace, code }: GatheredOperation) =>
  [tenant, principal, credential, action, method, route, namespace, code].join('\n')
