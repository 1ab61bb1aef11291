import { existsSync } from 'node:fs'
import { createAnchorCheck } from '../../audit/anchor-check.ts'
import { openClusterAudit } from '../../audit/cluster/open-cluster-audit.ts'
import { openDataDirAudit } from '../../audit/embedded/open-data-dir-audit.ts'
import type { OpenedAudit } from '../../audit/opened-audit.ts'
import { trustedKeys } from '../../audit/trusted-keys.ts'
import type { Configuration } from '../../config/configuration.ts'
import { loadSigningKey } from '../../crypto/signing-key.ts'
import { auditFiles } from '../../sqlite/audit/prepare-audit.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { confirm } from '../confirm.ts'
import { PartError } from '../part-error.ts'
import type { VerbContext } from '../verb-context.ts'
import type { AuditTask } from './audit-line.ts'
import { replayVerb, trimVerb } from './audit-verb.ts'
import { namingPart } from './naming-part.ts'

/** The audit of the cluster that is configured, or of the data directory. */
export async function runAudit(
  task: AuditTask,
  configuration: Configuration,
  context: Pick<VerbContext, 'out' | 'err' | 'elapsedMs'>,
): Promise<number> {
  const { dataDir, signingKey } = configuration
  const [publicKey] = trustedKeys(configuration, task.action === 'replay' ? task.publicKeyFiles : [])
  if (task.action === 'key') {
    context.out.write(publicKey ?? '')
    return 0
  }
  const isSigned = createAnchorCheck(trustedKeys(configuration, task.action === 'replay' ? task.publicKeyFiles : []))
  return namingPart(async () => {
    const audit = await openAudit(configuration)
    try {
      if (task.action === 'replay') return await replayVerb(task, { ...context, audit, isSigned })
      const signer = loadSigningKey(dataDir, signingKey)
      const ask = (question: string): Promise<boolean> => confirm(question, context.err)
      return await trimVerb(task, { ...context, audit, isSigned, signer, now: Date.now(), confirm: ask })
    } finally {
      await audit.close()
    }
  })
}

function openAudit({ cluster, dataDir }: Configuration): OpenedAudit | Promise<OpenedAudit> {
  if (cluster !== null) return openClusterAudit(cluster, createLogger({ level: 'warn', destination: process.stderr }))
  if (existsSync(auditFiles(dataDir).audit)) return openDataDirAudit(dataDir)
  throw new PartError(`Nothing is audited in ${dataDir} yet.`)
}
