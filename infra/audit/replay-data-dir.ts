import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AuditReplay, replayAudit } from '../../projections/audit/replay-audit.ts'
import { createAuditCodec } from '../../schemas/audit-codec.ts'
import { createCommandCodec } from '../../schemas/command-codec.ts'
import { loadSigningKey, SIGNING_KEY_FILE, SigningKeyError } from '../crypto/signing-key.ts'
import { auditFiles } from '../sqlite/audit/prepare-audit.ts'
import { openSqliteAuditEvidence } from '../sqlite/audit/sqlite-audit-evidence.ts'
import { logSchema } from '../sqlite/log/log-schema.ts'
import { createAnchorCheck } from './anchor-check.ts'

export interface ReplayOptions {
  /** Files of public keys (PEM) to trust besides the signing key that is configured here. */
  readonly publicKeyFiles: readonly string[]
  readonly since: number | null
  readonly progress: (records: number) => void
}

/** Replays the audit of a data directory. A server may be running in it. Throws a {@link SigningKeyError} without a key. */
export async function replayDataDir(
  { dataDir, signingKey }: { readonly dataDir: string; readonly signingKey: string | null },
  { publicKeyFiles, since, progress }: ReplayOptions,
): Promise<AuditReplay> {
  const isSigned = createAnchorCheck(trustedKeys(dataDir, signingKey, publicKeyFiles))
  const evidence = openSqliteAuditEvidence({ ...auditFiles(dataDir), log: join(dataDir, logSchema.file) })
  try {
    const auditCodec = createAuditCodec()
    return await replayAudit({ evidence, commandCodec: createCommandCodec(), auditCodec, isSigned, since, progress })
  } finally {
    evidence.close()
  }
}

/** Public keys as PEM: those of the files, and that of the signing key where there is one. Never makes a key. */
export function trustedKeys(
  dataDir: string,
  signingKey: string | null,
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
