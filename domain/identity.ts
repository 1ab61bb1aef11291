export const ROLES = ['reader', 'writer', 'admin', 'auditor'] as const
export type Role = (typeof ROLES)[number]

export const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text)

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

const PRINCIPAL_MAX_LENGTH = 256

/** Whether a text can stand for who asked: in logs, in the audit and in the clear part of a record. */
export const isPrincipal = (text: string): boolean =>
  text.length > 0 && text.length <= PRINCIPAL_MAX_LENGTH && !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text)
