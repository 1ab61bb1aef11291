import { existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { describeFile, MANIFEST_FILE, readManifest } from '../../../../infra/sqlite/backup/backup-manifest.ts'
import { makeBackup } from '../../../../infra/sqlite/backup/make-backup.ts'
import { verifyBackup } from '../../../../infra/sqlite/backup/verify-backup.ts'
import { prepareEdge } from '../../../../infra/sqlite/edge/prepare-edge.ts'
import { openEmbedded, rememberRequest, waiting } from '../../../support/embedded.ts'
import { propertyRuns } from '../../../support/property-runs.ts'
import { temporaryFolder } from '../../../support/temp-folder.ts'

const FILES = ['audit-log.db', 'log.db', 'keys.db', 'edge.db']

/** A backup of a few memories of two users, in a folder of its own. */
async function aBackup(t: ExecutionContext): Promise<string> {
  const [dataDir, into] = [temporaryFolder(t), temporaryFolder(t)]
  const server = await openEmbedded(t, dataDir)
  for (const userId of ['ada', 'bo']) {
    await server.commands.remember(waiting(), rememberRequest(`A secret of ${userId}.`, { userId }))
  }
  await server.close()
  // Made by the first server that listens, or by `tokens create`: neither is here.
  prepareEdge(join(dataDir, 'edge.db'))
  const { folder, manifest } = await makeBackup({ dataDir, into, clock: Date.now, version: '0.1.0' })
  t.deepEqual(
    manifest.files.map(({ name }) => name),
    FILES,
  )
  return folder
}

/** Lets the manifest say what is there now: somebody changed a file and knew how. */
async function describeAnew(folder: string): Promise<void> {
  const manifest = readManifest(folder)
  const files = await Promise.all(manifest.files.map(({ name }) => describeFile(folder, name)))
  writeFileSync(join(folder, MANIFEST_FILE), JSON.stringify({ ...manifest, files }))
}

const problemsOf = async (folder: string): Promise<string> => (await verifyBackup(folder)).problems.join('\n')

test('any bit of a backup that is another one is found, and in which file', async (t) => {
  const folder = await aBackup(t)
  t.is(await problemsOf(folder), '')
  t.is(statSync(folder).mode & 0o777, 0o700)
  for (const file of [...FILES, MANIFEST_FILE]) t.is(statSync(join(folder, file)).mode & 0o777, 0o600, file)
  const places = fc.record({
    file: fc.constantFrom(...FILES),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    bit: fc.nat(7),
  })
  await fc.assert(
    fc.asyncProperty(places, async ({ file, at, bit }) => {
      const path = join(folder, file)
      const bytes = readFileSync(path)
      const place = Math.floor(at * bytes.length)
      const changed = Buffer.from(bytes)
      changed[place]! ^= 1 << bit
      writeFileSync(path, changed)
      const problems = await problemsOf(folder)
      writeFileSync(path, bytes)
      return problems.includes(`${file} is not what was copied`)
    }),
    { numRuns: propertyRuns(40) },
  )
  t.is(await problemsOf(folder), '')
})

test('a backup that lacks a file, or the end of one, is not sound', async (t) => {
  for (const file of FILES) {
    const folder = await aBackup(t)
    const path = join(folder, file)
    truncateSync(path, readFileSync(path).length - 1)
    t.regex(await problemsOf(folder), new RegExp(`^${file} has \\d+ bytes, not the \\d+ that were copied`))
    rmSync(path)
    t.is(await problemsOf(folder), `${file} is missing`)
  }
})

const altered: ReadonlyArray<readonly [what: string, file: string, sql: string, problem: RegExp]> = [
  ['lacks a record in the middle', 'log.db', 'delete from partition_8 where record_offset = 1', /offset 1 is missing/],
  ['lacks its last record', 'log.db', 'delete from partition_8 where record_offset = 2', /holds 13 records, not 14/],
  [
    'has another record in the place of one',
    'log.db',
    'update partition_8 set body = (select body from partition_8 where record_offset = 1) where record_offset = 2',
    /offset 2 does not match its checksum/,
  ],
  [
    'lacks a data key',
    'keys.db',
    'delete from data_keys where key_offset = 1',
    /1 keys of the log's records are not in/,
  ],
  ['lacks a table', 'keys.db', 'drop table index_keys', /its schema lacks "create table index_keys/],
  ['is another store', 'keys.db', 'pragma application_id = 7', /another program's or another store's file/],
]
for (const [what, file, sql, problem] of altered) {
  test(`a backup that ${what} is not sound, whatever its manifest says`, async (t) => {
    const folder = await aBackup(t)
    const database = new DatabaseSync(join(folder, file))
    database.exec(sql)
    database.close()
    await describeAnew(folder)
    t.regex(await problemsOf(folder), problem)
  })
}

test('a record of the audit that is another one is found', async (t) => {
  const folder = await aBackup(t)
  const database = new DatabaseSync(join(folder, 'audit-log.db'))
  const { changes } = database.prepare('update operations_0 set crc = crc + 1').run()
  const more = database.prepare('update events_0 set crc = crc + 1').run()
  t.true(Number(changes) + Number(more.changes) > 0)
  database.close()
  await describeAnew(folder)
  t.regex(await problemsOf(folder), /audit\.(operations|events)\/0, offset \d+ does not match its checksum/)
})

test('a key that was destroyed is a key: what is erased is no damage', async (t) => {
  const folder = await aBackup(t)
  const database = new DatabaseSync(join(folder, 'keys.db'))
  t.true(Number(database.prepare('update data_keys set wrapped = null').run().changes) > 0)
  database.close()
  await describeAnew(folder)
  t.is(await problemsOf(folder), '')
})

for (const [what, text, message] of [
  ['no JSON', '{', /backup\.json is damaged/],
  ['of another format', '{"format":2}', /has format 2, and this release reads 1/],
  ['no manifest', '{"format":1}', /backup\.json is damaged/],
  [
    'one of no files',
    '{"format":1,"madeAt":"2026-11-22","version":"","records":1,"files":[null]}',
    /backup\.json is damaged/,
  ],
  [
    'one that leads elsewhere',
    '{"format":1,"madeAt":"2026-11-22","version":"","records":1,"files":[{"name":"../x","bytes":1,"sha256":""}]}',
    /backup\.json is damaged/,
  ],
] as const) {
  test(`a folder whose manifest is ${what} is no backup`, async (t) => {
    const folder = temporaryFolder(t)
    writeFileSync(join(folder, MANIFEST_FILE), text)
    await t.throwsAsync(verifyBackup(folder), { name: 'BackupError', message })
    t.true(existsSync(folder))
  })
}
