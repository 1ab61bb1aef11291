import { type Scope, scopeKey } from '../../domain/names.ts'
import { ProblemError } from '../../domain/problem.ts'

/** A data key is absent without the mark of its destruction: the namespace stays closed until the key is back. */
export class DataKeyMissingError extends ProblemError {
  readonly scope: Scope
  readonly keyId: string

  constructor(scope: Scope, keyId: string) {
    super({
      code: 'key_missing',
      detail: `The data key ${keyId} of ${scopeKey(scope)} is neither there nor marked as destroyed.`,
    })
    this.name = 'DataKeyMissingError'
    this.scope = scope
    this.keyId = keyId
  }
}
