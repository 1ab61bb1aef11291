import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadSigningKey, SIGNING_KEY_FILE, SigningKeyError } from '../crypto/signing-key.ts'

/**
 * Public keys as PEM: those of the files, and that of the signing key where there is one. Never makes a key. Throws a
 * {@link SigningKeyError} when there is none.
 */
export function trustedKeys(
  { dataDir, signingKey }: { readonly dataDir: string; readonly signingKey: string | null },
  publicKeyFiles: readonly string[],
): readonly string[] {
  const hasOwn = signingKey !== null || existsSync(join(dataDir, SIGNING_KEY_FILE))
  const keys = [
    ...(hasOwn ? [loadSigningKey(dataDir, signingKey).publicKeyPem] : []),
    ...publicKeyFiles.map((file) => readFileSync(file, 'utf8')),
  ]
  if (keys.length > 0) return keys
  throw new SigningKeyError('There is no key to trust: set SOMABRAIN_SIGNING_KEY, or name a file with --public-key')
}
