import test from 'ava'
import { createPostgresAuditReader } from '../../../../infra/postgres/audit/postgres-audit-reader.ts'
import { createPostgresAuditStore } from '../../../../infra/postgres/audit/postgres-audit-store.ts'
import { auditStoreContract } from '../../../contract/audit-store.ts'
import { missingParts } from '../../../support/real-parts.ts'
import { type TemporaryDatabase, temporaryDatabase } from '../temporary-database.ts'

const missing = await missingParts('postgres')
const databases: TemporaryDatabase[] = []
test.after.always(() => Promise.all(databases.map((database) => database.drop())))

if (missing === null) {
  auditStoreContract(test, 'Postgres', async () => {
    const database = await temporaryDatabase()
    databases.push(database)
    return {
      store: createPostgresAuditStore(database.fold),
      rival: createPostgresAuditStore(database.fold),
      reader: createPostgresAuditReader(database.read),
      async tamper(statement) {
        const tables = { entries: 'somabrain.audit_entries', checkpoints: 'somabrain.audit_checkpoints' }
        await database.fold.query(statement(tables))
      },
    }
  })
} else test.skip(`the audit table in Postgres (${missing})`, () => undefined)
