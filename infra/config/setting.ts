/** An environment variable that the server reads. docs/reference/configuration.md is generated from these. */
export interface Setting {
  readonly name: string
  readonly meaning: string
  /** As it would be written in the environment; `null`: unset. */
  readonly default: string | null
  readonly unit?: string
  /** The only values that are valid, where they are few. */
  readonly values?: readonly string[]
  /** May come as `NAME_FILE`, a path to a file that holds it, and is never logged. */
  readonly secret?: boolean
  /**
   * `used`; `unused`: known from older deployments, said at start to be without effect; `unavailable`: of a part that
   * this version does not have yet. A server that would run without what was asked of it refuses to start.
   */
  readonly state?: 'used' | 'unused' | 'unavailable'
}
