import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test from 'ava'
import { prepareAudit } from '../../../../infra/sqlite/audit/prepare-audit.ts'
import { openSqliteAuditReader } from '../../../../infra/sqlite/audit/sqlite-audit-reader.ts'
import { openSqliteAuditStore } from '../../../../infra/sqlite/audit/sqlite-audit-store.ts'
import { auditStoreContract } from '../../../contract/audit-store.ts'

const opened: Array<() => void> = []
test.after.always(() => {
  for (const close of opened) close()
})

auditStoreContract(test, 'SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'somabrain-audit-store-'))
  const { audit } = prepareAudit(folder)
  const parts = {
    store: openSqliteAuditStore(audit),
    rival: openSqliteAuditStore(audit),
    reader: openSqliteAuditReader(audit),
  }
  opened.push(() => {
    for (const part of Object.values(parts)) part.close()
    rmSync(folder, { recursive: true })
  })
  return {
    ...parts,
    async tamper(statement) {
      const database = new DatabaseSync(audit)
      database.exec(statement({ entries: 'entries', checkpoints: 'checkpoints' }))
      database.close()
    },
  }
})
