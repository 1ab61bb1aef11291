import { createHash } from 'node:crypto'
import type { Scope } from '../../domain/names.ts'
import { createDataKey, type OpenedDataKey } from '../../infra/crypto/data-key.ts'
import type { KeyLookup, Keyring } from '../../infra/crypto/keyring.ts'

/** Real data keys, each made from its id, that a test destroys or loses. */
export class TestDataKeys implements Keyring {
  readonly destroyed = new Set<string>()
  readonly missing = new Set<string>()
  readonly #keys = new Map<string, OpenedDataKey>()

  key(keyId: string): OpenedDataKey {
    const known = this.#keys.get(keyId)
    if (known !== undefined) return known
    const key = createDataKey(keyId, createHash('sha256').update(keyId).digest())
    this.#keys.set(keyId, key)
    return key
  }

  async dataKey({ tenant, namespace }: Scope, subject: string | null): Promise<OpenedDataKey> {
    return this.key(
      createHash('md5')
        .update(JSON.stringify([tenant, namespace, subject]))
        .digest('hex'),
    )
  }

  lookUp(keyId: string): KeyLookup {
    if (this.missing.has(keyId)) return { found: 'missing' }
    return this.destroyed.has(keyId) ? { found: 'destroyed' } : { found: 'key', key: this.key(keyId) }
  }

  async byId(keyId: string): Promise<KeyLookup> {
    return this.lookUp(keyId)
  }

  cached(keyId: string): OpenedDataKey | null {
    const lookup = this.lookUp(keyId)
    return lookup.found === 'key' ? lookup.key : null
  }
}
