import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { replayAudit } from '../../../projections/audit/replay-audit.ts'
import { createAuditApi } from '../../../query-api/audit.ts'
import { createAnchorCheck } from '../../audit/anchor-check.ts'
import { openClusterAudit } from '../../audit/cluster/open-cluster-audit.ts'
import { openDataDirAudit } from '../../audit/embedded/open-data-dir-audit.ts'
import { replayInThreads } from '../../audit/embedded/replay-in-threads.ts'
import type { OpenedAudit } from '../../audit/opened-audit.ts'
import { trustedKeys } from '../../audit/trusted-keys.ts'
import type { Configuration } from '../../config/configuration.ts'
import { loadSigningKey } from '../../crypto/signing-key.ts'
import { auditFiles } from '../../sqlite/audit/prepare-audit.ts'
import { logSchema } from '../../sqlite/log/log-schema.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { confirm } from '../confirm.ts'
import { PartError } from '../part-error.ts'
import type { VerbContext } from '../verb-context.ts'
import type { AuditTask } from './audit-line.ts'
import { auditListVerb } from './audit-list-verb.ts'
import { type AuditVerbContext, replayVerb, trimVerb } from './audit-verb.ts'
import { namingPart } from './naming-part.ts'

/** The audit of the cluster that is configured, or of the data directory. */
export async function runAudit(
  task: AuditTask,
  configuration: Configuration,
  context: Pick<VerbContext, 'out' | 'err' | 'elapsedMs'>,
): Promise<number> {
  const { cluster, dataDir, signingKey } = configuration
  if (task.action === 'list') return listAudit(task, configuration, context)
  const publicKeys = trustedKeys(configuration, task.action === 'replay' ? task.publicKeyFiles : [])
  if (task.action === 'key') {
    context.out.write(publicKeys[0] ?? '')
    return 0
  }
  const isSigned = createAnchorCheck(publicKeys)
  return namingPart(async () => {
    const audit = await openAudit(configuration)
    const replay: AuditVerbContext['replay'] = (since, progress) =>
      cluster === null && isLarge(dataDir)
        ? replayInThreads({ dataDir, publicKeys, since }, progress)
        : replayAudit({ ...audit, isSigned, since, progress })
    try {
      if (task.action === 'replay') return await replayVerb(task, { ...context, replay })
      const signer = loadSigningKey(dataDir, signingKey)
      const ask = (question: string): Promise<boolean> => confirm(question, context.err)
      return await trimVerb(task, { ...context, audit, isSigned, replay, signer, now: Date.now(), confirm: ask })
    } finally {
      await audit.close()
    }
  })
}

const listAudit = (
  task: Extract<AuditTask, { action: 'list' }>,
  configuration: Configuration,
  { out }: Pick<VerbContext, 'out'>,
): Promise<number> =>
  namingPart(async () => {
    const audit = await openAudit(configuration)
    try {
      return await auditListVerb(task, { out, api: createAuditApi(audit.reader, audit.auditCodec) })
    } finally {
      await audit.close()
    }
  })

/** Below this, starting threads takes longer than they save. */
const LARGE_BYTES = 128 << 20

function isLarge(dataDir: string): boolean {
  const files = [join(dataDir, logSchema.file), auditFiles(dataDir).auditLog]
  return files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0) > LARGE_BYTES
}

function openAudit({ cluster, dataDir }: Configuration): OpenedAudit | Promise<OpenedAudit> {
  if (cluster !== null) return openClusterAudit(cluster, createLogger({ level: 'warn', destination: process.stderr }))
  if (existsSync(auditFiles(dataDir).audit)) return openDataDirAudit(dataDir)
  throw new PartError(`Nothing is audited in ${dataDir} yet.`)
}
