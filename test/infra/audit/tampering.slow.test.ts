import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { chainNext } from '../../../domain/audit/chain.ts'
import { createAnchorCheck } from '../../../infra/audit/anchor-check.ts'
import { openDataDirAudit } from '../../../infra/audit/embedded/open-data-dir-audit.ts'
import { trustedKeys } from '../../../infra/audit/trusted-keys.ts'
import { decodeBody } from '../../../infra/sqlite/log/record-body.ts'
import { replayAudit } from '../../../projections/audit/replay-audit.ts'
import { createAuditCodec } from '../../../schemas/audit-codec.ts'
import { audit, copyOf, findingsIn, type Place, placesIn, rewrite, rowsOf, withDatabase } from './audited-folder.ts'
import { ofAnotherChain, signedByStranger } from './forge-anchor.ts'
import { tableTamperings } from './table-tampering.ts'

// Every kind of tampering, on real files that a server wrote, with checksums that whoever tampers has put right.

const COUNT = 12
const sound = mkdtempSync(join(tmpdir(), 'somabrain-audit-'))
let places: readonly Place[] = []

test.before(async (t) => {
  t.timeout(60_000)
  await audit(sound, COUNT)
  places = placesIn(sound)
})

test('what nobody touched has no finding', async (t) => {
  t.is(places.length, 2)
  t.deepEqual(await findingsIn(sound), [])
})

test.after.always(() => rmSync(sound, { recursive: true }))

function flip(bodies: Buffer[], offset: number): void {
  const body = bodies[offset]!
  body[40] = body[40]! ^ 1
}

const kinds: ReadonlyArray<readonly [string, string, number, (bodies: Buffer[]) => void]> = [
  ['a bit that was flipped', 'altered', 4, (bodies) => flip(bodies, 4)],
  ['a record that was taken out', 'missing', 4, (bodies) => void bodies.splice(4, 1)],
  ['the first record taken out', 'missing', 0, (bodies) => void bodies.splice(0, 1)],
  ['a record that was put in', 'inserted', 4, (bodies) => void bodies.splice(4, 0, Buffer.from(bodies[2]!))],
  [
    'two records that were exchanged',
    'reordered',
    3,
    (bodies) => {
      ;[bodies[3], bodies[6]] = [bodies[6]!, bodies[3]!]
    },
  ],
  ['an end that was cut off', 'missing', 9, (bodies) => void bodies.splice(9)],
  ['everything cut off', 'missing', 0, (bodies) => void bodies.splice(0)],
]

for (const [what, kind, offset, change] of kinds) {
  test(`${what} is found and named, in either topic`, async (t) => {
    for (const place of places) {
      const folder = copyOf(t, sound)
      rewrite(folder, place, change)
      t.deepEqual(await findingsIn(folder), [`${kind} ${place.topic}/${place.partition}/${offset}`])
    }
  })
}

test('a record that is simply deleted leaves a gap, which is named', async (t) => {
  for (const place of places) {
    const folder = copyOf(t, sound)
    withDatabase(folder, place.file, (log) => log.exec(`delete from ${place.table} where record_offset = 5`))
    t.deepEqual(await findingsIn(folder), [`missing ${place.topic}/${place.partition}/5`])
  }
})

test('bytes that do not match their checksum are named, whatever is left of them', async (t) => {
  for (const place of places) {
    const folder = copyOf(t, sound)
    withDatabase(folder, place.file, (log) =>
      log.exec(`update ${place.table} set body = x'00ff00ff' where record_offset = 7`),
    )
    t.deepEqual(await findingsIn(folder), [`altered ${place.topic}/${place.partition}/7`])
  }
})

test('a table that was rewritten is told from a log that was', async (t) => {
  const changes = [
    `update entries set principal = 'somebody else' where record_offset = 5`,
    `update entries set chain = x'${'00'.repeat(32)}' where record_offset = 5`,
    `delete from entries where record_offset = 5`,
    `update entries set tenant = null, action = 'unreadable' where record_offset = 5`,
  ]
  for (const change of changes) {
    const folder = copyOf(t, sound)
    withDatabase(folder, 'audit.db', (table) => table.exec(change))
    t.deepEqual(
      await findingsIn(folder),
      places.map(({ topic, partition }) => `table-rewritten ${topic}/${partition}/5`),
      change,
    )
  }
})

for (const { what, statements, named } of tableTamperings) {
  test(`in the table ${what}, in either topic, is named while the log is sound`, async (t) => {
    for (const { topic, partition } of places) {
      const folder = copyOf(t, sound)
      const sql = statements({ entries: 'entries', checkpoints: 'checkpoints' }, topic, partition)
      withDatabase(folder, 'audit.db', (table) => table.exec(sql.join(';')))
      t.deepEqual(await findingsIn(folder), [`table-rewritten ${named(topic, partition)}`])
    }
  })
}

test('a table that was lost and is folded again while a replay looks at it is not named, and one that nobody folds is', async (t) => {
  const folder = copyOf(t, sound)
  withDatabase(folder, 'audit.db', (table) => table.exec('delete from entries; delete from checkpoints'))
  // Each partition of writes has its Genesis.
  const lost = [
    ...Array.from({ length: 12 }, (_, n) => `memory.commands/${n}/0`),
    `audit.operations/${places[1]!.partition}/0`,
  ]
  t.deepEqual(
    await findingsIn(folder),
    lost.map((place) => `table-rewritten ${place}`),
  )
  const foldAgain = (): void =>
    withDatabase(folder, 'audit.db', (table) => {
      table.exec(`attach '${join(sound, 'audit.db')}' as folded; begin`)
      table.exec('insert or ignore into entries select * from folded.entries')
      table.exec('insert or ignore into checkpoints select * from folded.checkpoints; commit')
    })
  const isSigned = createAnchorCheck(trustedKeys({ dataDir: folder, signingKey: null }, []))
  const opened = openDataDirAudit(folder)
  const evidence = {
    ...opened.evidence,
    async records(...asked: Parameters<typeof opened.evidence.records>) {
      foldAgain()
      return opened.evidence.records(...asked)
    },
  }
  const [{ topic, partition }] = places as [Place]
  const only = [{ topic, partition }]
  const { findings } = await replayAudit({
    ...opened,
    evidence,
    isSigned,
    since: null,
    progress: () => undefined,
    only,
  })
  await opened.close()
  t.deepEqual(findings, [])
})

test('a log that was rewritten together with its table does not agree with the anchors', async (t) => {
  for (const place of places) {
    const folder = copyOf(t, sound)
    rewrite(folder, place, (bodies) => flip(bodies, 4))
    rechain(folder, place)
    // Of an operation the table holds the value too, which was forgotten here; of a write all that is left is the anchor.
    const offset = place.topic === 'audit.operations' ? 4 : 0
    t.deepEqual(await findingsIn(folder), [`altered ${place.topic}/${place.partition}/${offset}`])
  }
})

test('without anchors the table alone tells which record was altered, and which row', async (t) => {
  for (const [index, place] of places.entries()) {
    const folder = copyOf(t, sound)
    withDatabase(folder, 'audit-log.db', (log) => {
      for (const table of ['events_0', 'events_1', 'events_2']) log.exec(`delete from ${table}`)
    })
    const rows = copyOf(t, folder)
    rewrite(folder, place, (bodies) => flip(bodies, 4))
    t.deepEqual(await findingsIn(folder), [`altered ${place.topic}/${place.partition}/4`])
    withDatabase(rows, 'audit.db', (table) =>
      table.exec(`update entries set chain = x'${'11'.repeat(32)}' where topic = ${index} and record_offset = 4`),
    )
    t.deepEqual(await findingsIn(rows), [`table-rewritten ${place.topic}/${place.partition}/4`])
  }
})

test('an anchor that another key signed is forged, and one that was altered too', async (t) => {
  const codec = createAuditCodec()
  for (const forge of [signedByStranger, ofAnotherChain]) {
    const folder = copyOf(t, sound)
    const place = { file: 'audit-log.db', table: 'events_0', partition: 0 }
    rewrite(folder, place, (bodies) => {
      const { value } = decodeBody(0, 1, bodies[1]!)
      const head = bodies[1]!.subarray(0, bodies[1]!.length - value.length)
      bodies[1] = Buffer.concat([head, forge(codec, value)])
    })
    t.deepEqual(await findingsIn(folder), ['forged-anchor audit.events/0/1'])
  }
})

test('an anchor that was taken out of the middle leaves a gap', async (t) => {
  const folder = copyOf(t, sound)
  withDatabase(folder, 'audit-log.db', (log) => log.exec('delete from events_1 where record_offset = 1'))
  t.deepEqual(await findingsIn(folder), ['missing audit.events/1/1'])
})

/** Makes the table agree with the log as it is now. */
function rechain(folder: string, { file, table, partition, topic }: Place): void {
  const number = topic === 'memory.commands' ? 0 : 1
  const rows = withDatabase(folder, file, (log) => rowsOf(log, table))
  withDatabase(folder, 'audit.db', (audited) => {
    const of = audited.prepare('select chain from entries where topic = ? and partition = ? and record_offset = ?')
    const set = audited.prepare('update entries set chain = ? where topic = ? and partition = ? and record_offset = ?')
    let value: Uint8Array = Buffer.from(of.get(number, partition, 0)?.chain as Uint8Array)
    for (const { offset, body } of rows.slice(1)) {
      value = chainNext(value, decodeBody(partition, offset, body))
      set.run(value, number, partition, offset)
    }
  })
}
