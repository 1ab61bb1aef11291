import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { type ExpiredTrim, trimExpired } from '../../../projections/audit/trim-expired.ts'
import type { ClusterConfiguration } from '../../config/cluster-configuration.ts'
import type { SigningKey } from '../../crypto/signing-key.ts'
import { alone } from '../../postgres/alone.ts'
import { createAnchorCheck } from '../anchor-check.ts'
import type { TrimRequest } from '../audit-retention.ts'
import { openClusterAudit } from './open-cluster-audit.ts'

/** Who trims: one process of the cluster at a time. */
const TRIM_LOCK = 0x53_42_74_72

export interface ClusterTrimDeps {
  readonly configuration: ClusterConfiguration
  /** Of a trim's lock. */
  readonly pool: Pool
  readonly signingKey: SigningKey
  readonly logger: Logger
}

/** Verifies and trims the audit of a cluster over connections of its own; `null`: another process is at it. */
export async function trimCluster(
  { configuration, pool, signingKey, logger }: ClusterTrimDeps,
  { before, now, signal }: TrimRequest,
): Promise<ExpiredTrim | null> {
  const isSigned = createAnchorCheck([signingKey.publicKeyPem])
  let done: ExpiredTrim | null = null
  await alone(pool, TRIM_LOCK, async () => {
    signal.throwIfAborted()
    const audit = await openClusterAudit(configuration, logger)
    const progress = (): void => signal.throwIfAborted()
    try {
      done = await trimExpired({ ...audit, isSigned, signer: signingKey, now, before, progress })
    } finally {
      await audit.close()
    }
  })
  return done
}
