import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { createAnchorCheck } from '../../../infra/audit/anchor-check.ts'
import { openDataDirAudit } from '../../../infra/audit/embedded/open-data-dir-audit.ts'
import { trustedKeys } from '../../../infra/audit/trusted-keys.ts'
import { loadSigningKey } from '../../../infra/crypto/signing-key.ts'
import { auditFiles } from '../../../infra/sqlite/audit/prepare-audit.ts'
import { openSqliteAuditStore } from '../../../infra/sqlite/audit/sqlite-audit-store.ts'
import { replayAudit } from '../../../projections/audit/replay-audit.ts'
import { trimExpired } from '../../../projections/audit/trim-expired.ts'
import { openEmbedded } from '../../support/embedded.ts'
import { eventually } from '../../support/eventually.ts'
import { audit, copyOf, findingsIn, placesIn, rewrite, rowsOf, withDatabase } from './audited-folder.ts'

const TWO_DAYS_MS = 2 * 86_400_000
const ENTRIES = 8

let sound: string
/** Of the last operation that was anchored before the folder was used again. */
let anchored = 0
test.before(async () => {
  sound = mkdtempSync(join(tmpdir(), 'somabrain-test-'))
  await audit(sound, ENTRIES)
  anchored = operationsIn(sound).last
  await audit(sound, ENTRIES)
})

test.after.always(() => rmSync(sound, { recursive: true, force: true }))

const operationsIn = (folder: string) => placesIn(folder)[1]!

const offsetsIn = (folder: string): readonly number[] => {
  const { file, table } = operationsIn(folder)
  return withDatabase(folder, file, (log) => rowsOf(log, table).map(({ offset }) => offset))
}

/** Acts in the audit table, with the code that each ended with. */
const actsIn = (folder: string): readonly string[] =>
  withDatabase(folder, 'audit.db', (table) =>
    table
      .prepare(`select principal from entries where action = 'administration'`)
      .all()
      .map((row) => String(row.principal).replace(/:.*/, '')),
  )

/** Serves the folder two days later, keeping a day, until it has done something about it. */
async function serveLater(t: Parameters<typeof openEmbedded>[0], folder: string): Promise<string> {
  const later = (): number => Date.now() + TWO_DAYS_MS
  const embedded = await openEmbedded(t, folder, later, { auditRetentionDays: 1, auditLooks: { firstLookMs: 0 } })
  await eventually(() => {
    if (actsIn(folder).length === 0) throw new Error('nothing was done yet')
  })
  const metrics = await embedded.metrics.registry.metrics()
  await embedded.close()
  // What the log took slowly may stand there twice.
  t.deepEqual([...new Set(actsIn(folder))], ['server'])
  return metrics
}

test('a server takes away what is older than the retention, and the rest verifies from the anchor', async (t) => {
  const folder = copyOf(t, sound)
  const metrics = await serveLater(t, folder)
  const first = offsetsIn(folder)[0]!
  t.true(first > anchored)
  t.regex(metrics, new RegExp(`somabrain_audit_trimmed_records_total ${first}\n`))
  t.regex(metrics, /somabrain_audit_breaks_total 0/)
  t.deepEqual(await findingsIn(folder), [])
  // What is written from then on stands behind it, and nothing is taken of what is not due.
  await audit(folder, 2)
  t.is(offsetsIn(folder)[0], first)
  t.deepEqual(await findingsIn(folder), [])
})

test('a server takes nothing away from an audit that does not verify', async (t) => {
  const folder = copyOf(t, sound)
  rewrite(folder, operationsIn(folder), (bodies) => void bodies.splice(3, 1, bodies[2]!))
  const before = offsetsIn(folder)
  const metrics = await serveLater(t, folder)
  t.regex(metrics, /somabrain_audit_breaks_total 1/)
  t.deepEqual(offsetsIn(folder).slice(0, before.length), before)
  t.deepEqual(await findingsIn(folder), [`altered audit.operations/${operationsIn(folder).partition}/3`])
})

test('anchors that another key signed are no reason to take anything away', async (t) => {
  const folder = copyOf(t, sound)
  const opened = openDataDirAudit(folder)
  const signer = loadSigningKey(folder, '22'.repeat(32))
  const now = Date.now() + TWO_DAYS_MS
  const deps = { ...opened, signer, now, before: now, progress: () => undefined }
  t.deepEqual(await trimExpired({ ...deps, isSigned: createAnchorCheck([signer.publicKeyPem]) }), {
    outcome: 'nothing-due',
  })
  await opened.close()
  t.is(offsetsIn(folder)[0], 0)
})

test('a trim that was cut short between rows and records still verifies, and a row put before what is left is named', async (t) => {
  const folder = copyOf(t, sound)
  const isSigned = createAnchorCheck(trustedKeys({ dataDir: folder, signingKey: null }, []))
  const opened = openDataDirAudit(folder)
  const now = Date.now() + TWO_DAYS_MS
  const deps = {
    ...opened,
    isSigned,
    signer: loadSigningKey(folder, null),
    now,
    before: now,
    progress: () => undefined,
  }
  const { remove } = opened.target
  const records = offsetsIn(folder)
  const dies = new Error('the process ends here')
  const cutShort = {
    ...opened.target,
    async remove(...[chain, offset]: Parameters<typeof remove>) {
      const store = openSqliteAuditStore(auditFiles(folder).audit)
      store.trim(chain, offset)
      store.close()
      throw dies
    },
  }
  t.is(await t.throwsAsync(trimExpired({ ...deps, target: cutShort })), dies)
  t.deepEqual(offsetsIn(folder), records)
  t.deepEqual(await findingsIn(folder), [])
  const trimmed = { topic: 'audit.operations', partition: operationsIn(folder).partition } as const
  await remove(trimmed, anchored)
  await opened.close()
  t.deepEqual(await findingsIn(folder), [])
  withDatabase(folder, 'audit.db', (table) =>
    table.exec(
      `insert into entries select topic, partition, 1, chain, at, tenant, namespace, 'framed', action, id, detail
       from entries where topic = 1 and partition = ${trimmed.partition} limit 1`,
    ),
  )
  t.deepEqual(await findingsIn(folder), [`table-rewritten audit.operations/${trimmed.partition}/1`])
})

for (const moment of ['before', 'after'] as const) {
  test(`a replay that a trim overtakes ${moment} it looked where the log begins finds nothing`, async (t) => {
    const folder = copyOf(t, sound)
    const isSigned = createAnchorCheck(trustedKeys({ dataDir: folder, signingKey: null }, []))
    const opened = openDataDirAudit(folder)
    const now = Date.now() + TWO_DAYS_MS
    const signer = loadSigningKey(folder, null)
    const progress = (): void => undefined
    let trims = 0
    const trimOnce = async (): Promise<void> => {
      trims += 1
      if (trims > 1) return
      t.like(await trimExpired({ ...opened, isSigned, signer, now, before: now, progress }), { outcome: 'trimmed' })
    }
    const evidence = {
      ...opened.evidence,
      async start(chain: Parameters<typeof opened.evidence.start>[0]) {
        if (moment === 'before') await trimOnce()
        return opened.evidence.start(chain)
      },
      async records(...asked: Parameters<typeof opened.evidence.records>) {
        if (moment === 'after' && asked[0].topic === 'audit.operations') await trimOnce()
        return opened.evidence.records(...asked)
      },
    }
    const { findings } = await replayAudit({ ...opened, evidence, isSigned, since: null, progress })
    await opened.close()
    t.deepEqual(findings, [])
    t.true(trims > 0)
    t.true(offsetsIn(folder)[0]! > anchored)
  })
}
