export type Role = 'reader' | 'writer' | 'admin' | 'auditor'

/** Who asks, as the verified credential says; never from a header or a body field. */
export interface Identity {
  readonly tenant: string
  readonly principal: string
  readonly roles: readonly Role[]
  /** Namespaces that the credential is bound to; `null` for all of the tenant's. */
  readonly namespaces: readonly string[] | null
  /**
   * Which credential it was, for the audit: `loopback`, `api-token`, `token:<id>`, `jwt` or `jwt:<jti>`. Nothing that
   * could be used as one.
   */
  readonly credential?: string
}
