import test from 'ava'
import { openEmbedded } from '../../support/embedded.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { audit, placesIn, rewrite, withDatabase } from './audited-folder.ts'

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
    await eventually(async () => {
      const breaks = await embedded.metrics.registry.getSingleMetric('somabrain_audit_breaks_total')?.get()
      if (breaks?.values[0]?.value !== 1) throw new Error(`no alarm: ${broken}`)
    })
    t.deepEqual(embedded.fatal, [])
    await embedded.close()
  }
})
