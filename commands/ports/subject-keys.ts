import type { Scope } from '../../domain/names.ts'

/** The data keys of subjects, for erasing them. Rejects when the key store does not answer. */
export interface SubjectKeys {
  /** Every data key that the subject ever had in the namespace, rivals and destroyed ones too; none is made. */
  keyIdsOf(scope: Scope, subject: string): Promise<readonly string[]>
  /** While `work` runs, nothing is sealed under the keys in this process: who needs one waits. */
  withClosed<Result>(keyIds: readonly string[], work: () => Promise<Result>): Promise<Result>
  /**
   * What is sealed from now on is sealed under the next generation of each key that is its holder's current one. The keys
   * themselves stay, and open what they sealed.
   */
  renew(keyIds: readonly string[]): Promise<void>
  /** Overwrites the keys with the mark "destroyed", durably; this process opens nothing with them any more. */
  destroy(keyIds: readonly string[]): Promise<void>
}
