import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { genesisRecord } from '../../../commands/genesis-record.ts'
import type { ChainName } from '../../../domain/audit/audit-topics.ts'
import { startAuditThread } from '../../../infra/audit/embedded/audit-thread.ts'
import { openDataDirAudit } from '../../../infra/audit/embedded/open-data-dir-audit.ts'
import { prepareAudit } from '../../../infra/sqlite/audit/prepare-audit.ts'
import { createLog } from '../../../infra/sqlite/log/create-log.ts'
import { logSchema } from '../../../infra/sqlite/log/log-schema.ts'
import type { TrimTarget } from '../../../projections/audit/trim-audit.ts'
import { createCommandCodec } from '../../../schemas/command-codec.ts'
import { auditLogContract } from '../../contract/audit-log.ts'
import { eventually } from '../../support/eventually.ts'

const NEVER = Number.MAX_SAFE_INTEGER
const dataDir = mkdtempSync(join(tmpdir(), 'somabrain-audit-log-'))
let close = async (): Promise<void> => undefined
test.after.always(async () => {
  await close()
  rmSync(dataDir, { recursive: true })
})

auditLogContract(test, 'the audit in SQLite', async () => {
  const log = join(dataDir, logSchema.file)
  createLog(log, (partition, generation) => genesisRecord(createCommandCodec(), partition, generation, 0))
  const files = prepareAudit(dataDir)
  const writer = await startAuditThread(
    { ...files, log, dataDir, signingKey: null, anchorEveryEntries: NEVER, anchorEveryMs: NEVER },
    {
      report: () => undefined,
      failed: (error) => {
        throw error
      },
    },
  )
  const opened = openDataDirAudit(dataDir)
  close = opened.close
  // A trim takes only what an anchor stands behind, and that is signed when the fold of the audit's thread has passed it.
  const folded = (chain: ChainName, offset: number) =>
    eventually(async () => {
      const checkpoint = await opened.evidence.checkpoint(chain)
      if ((checkpoint?.offset ?? -1) < offset) throw new Error(`the audit is folded up to ${checkpoint?.offset}`)
    })
  const target: TrimTarget = {
    end: (chain) => opened.target.end(chain),
    publish: (anchors) => opened.target.publish(anchors),
    remove: (chain, offset) => folded(chain, offset).then(() => opened.target.remove(chain, offset)),
  }
  return { ...opened, target, writer, closeWriter: () => writer.close() }
})
