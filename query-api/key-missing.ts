import { ProblemError } from '../domain/problem.ts'

/** The namespace stays closed until the key is back: answering without it would look like forgetting. */
export const keyMissing = (namespace: string, keyId: string): ProblemError =>
  new ProblemError({
    code: 'key_missing',
    detail: `The data key ${keyId} of namespace ${namespace} is missing.`,
    members: { key_id: keyId, namespace },
  })
