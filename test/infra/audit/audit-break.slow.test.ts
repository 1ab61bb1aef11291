import test, { type ExecutionContext } from 'ava'
import { PartFaultError } from '../../../infra/telemetry/part-fault.ts'
import { openEmbedded, rememberRequest, type TestEmbedded, waiting } from '../../support/embedded.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { audit, findingsIn, placesIn, rewrite, withDatabase } from './audited-folder.ts'
import { tableTamperings } from './table-tampering.ts'

/** In metrics and health. */
async function raisesTheAlarm(t: ExecutionContext, { metrics, probes }: TestEmbedded): Promise<void> {
  await eventually(async () => {
    const breaks = await metrics.registry.getSingleMetric('somabrain_audit_breaks_total')?.get()
    if (breaks?.values[0]?.value !== 1) throw new Error('no alarm')
  })
  const fault = await t.throwsAsync(probes.longTerm(new AbortController().signal), { instanceOf: PartFaultError })
  t.is(fault?.fault, 'halted')
}

test('a server whose audit table has a row that it did not write raises the alarm, and serves on', async (t) => {
  t.timeout(60_000)
  const dataDir = temporaryFolder(t)
  await audit(dataDir, 12)
  const { topic, partition } = placesIn(dataDir)[0]!
  const { statements } = tableTamperings.find(({ what }) => what.startsWith('rows that were rewritten'))!
  const sql = statements({ entries: 'entries', checkpoints: 'checkpoints' }, topic, partition)
  withDatabase(dataDir, 'audit.db', (table) => table.exec(sql.join(';')))
  const embedded = await openEmbedded(t, dataDir)
  await raisesTheAlarm(t, embedded)
  await t.notThrowsAsync(embedded.commands.remember(waiting(), rememberRequest('served on')))
  await embedded.close()
  t.deepEqual(await findingsIn(dataDir), [`table-rewritten ${topic}/${partition}/6`])
})

test('a server that starts on a log that is not what it chained raises the alarm, and serves on', async (t) => {
  t.timeout(60_000)
  for (const broken of ['an end that was cut off', 'a checksum that fails behind the checkpoint'] as const) {
    const dataDir = temporaryFolder(t)
    await audit(dataDir, 4)
    const place = placesIn(dataDir)[1]!
    if (broken === 'an end that was cut off') rewrite(dataDir, place, (bodies) => void bodies.pop())
    else {
      withDatabase(dataDir, place.file, (log) =>
        log.exec(`insert into ${place.table} (record_offset, crc, body) values (${place.last + 1}, 0, x'00')`),
      )
    }
    const embedded = await openEmbedded(t, dataDir)
    await raisesTheAlarm(t, embedded)
    await embedded.close()
  }
})
