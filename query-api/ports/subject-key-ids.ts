import type { Scope } from '../../domain/names.ts'

/** Whose data key is which. Rejects when the key store does not answer. */
export interface SubjectKeyIds {
  /** Every data key that the subject ever had in the namespace, oldest first. */
  keyIdsOf(scope: Scope, subject: string): Promise<readonly string[]>
}
