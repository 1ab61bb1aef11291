import { isName, type Scope, scopeKey } from '../../domain/names.ts'

/**
 * Keys of the working memory of a partition. All carry the same hash tag, so that checkpoint and data are in one Redis
 * and are lost together; another fold version has keys of its own beside these.
 */
export interface WorkingMemoryKeys {
  readonly checkpoint: string
  /** Hash: each namespace that is held. */
  readonly namespaces: string
  /** Hash: the data key that a namespace waits for. */
  readonly halted: string
  /** Items and exposures of a namespace. */
  state(scope: Scope): string
  /** Hash: the sealed sums of its exposures. */
  sums(scope: Scope): string
}

export function workingMemoryKeys(prefix: string, foldVersion: number, partition: number): WorkingMemoryKeys {
  const tag = `${prefix}{wm:${foldVersion}:${partition}}`
  return {
    checkpoint: `${tag}:checkpoint`,
    namespaces: `${tag}:namespaces`,
    halted: `${tag}:halted`,
    // Names contain neither `/` nor `:`.
    state: (scope) => `${tag}:state:${scopeKey(scope)}`,
    sums: (scope) => `${tag}:sums:${scopeKey(scope)}`,
  }
}

/** The scope that a field of `namespaces` or `halted` names. */
export function scopeOfField(field: string): Scope {
  const [tenant, namespace, ...rest] = field.split('/')
  if (tenant === undefined || namespace === undefined || rest.length > 0 || !isName(tenant) || !isName(namespace)) {
    throw new Error(`"${field}" names no namespace`)
  }
  return { tenant, namespace }
}
