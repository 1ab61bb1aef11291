import type { Rate } from '../../domain/limits/token-bucket.ts'

/** What a tenant may do; `null`: as much as it likes. */
export interface LimitSettings {
  readonly requests: Rate | null
  /** Memories that may be written in a UTC day. */
  readonly memoriesPerDay: number | null
  /** Namespaces that a tenant may have. */
  readonly namespaces: number | null
}
