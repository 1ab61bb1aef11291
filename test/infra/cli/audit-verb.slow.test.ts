import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { isTokenText, tokenHash, tokenId } from '../../../infra/tokens/token-text.ts'
import { operation } from '../../support/audited-operation.ts'
import { identity, openEmbedded } from '../../support/embedded.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { audit, copyOf, everything, findingsIn, placesIn, rewrite, withDatabase } from '../audit/audited-folder.ts'
import { runVerb } from './run-verb.ts'

const COUNT = 8
const sound = mkdtempSync(join(tmpdir(), 'somabrain-audit-verb-'))
/** Between the anchors of the two times that the server ran. */
let between = ''

test.before(async (t) => {
  t.timeout(60_000)
  await audit(sound, COUNT)
  between = new Date().toISOString()
  await audit(sound, COUNT)
})
test.after.always(() => rmSync(sound, { recursive: true }))

const verb = (folder: string, ...argv: string[]) => runVerb({ SOMABRAIN_DATA_DIR: folder }, 'audit', ...argv)

test('a sound audit ends with 0 and says what was verified', async (t) => {
  const { code, printed } = await verb(sound, 'replay')
  t.is(code, 0)
  t.regex(printed, /audit\.operations\/\d +16 records from 0, anchored up to 15/)
  t.regex(printed, /sound: 44 records and \d+ anchors/)
})

test('an audit that was tampered with ends with 1 and names the record', async (t) => {
  const folder = copyOf(t, sound)
  const place = placesIn(folder)[1]!
  rewrite(folder, place, (bodies) => void bodies.splice(3, 1))
  const { code, printed } = await verb(folder, 'replay')
  t.is(code, 1)
  t.regex(printed, new RegExp(`missing: ${place.topic}/${place.partition} offset 3: it was taken out`))
  const lines = (await verb(folder, 'replay', '--json')).printed.split('\n')
  const json = JSON.parse(lines.find((line) => line.startsWith('{')) ?? '') as { findings: { kind: string }[] }
  t.is(json.findings[0]?.kind, 'missing')
  // Behind the anchor that was signed before it happened, other records are to be seen.
  t.is((await verb(folder, 'trim', '--before', between, '--yes')).code, 1)
})

test('a replay since an instant begins behind the last anchor before it', async (t) => {
  const { code, printed } = await verb(sound, 'replay', '--since', between)
  t.is(code, 0)
  t.regex(printed, /audit\.operations\/\d +8 records from 8/)
  const folder = copyOf(t, sound)
  rewrite(folder, placesIn(folder)[1]!, (bodies) => void bodies.splice(3, 1, bodies[2]!))
  t.is((await verb(folder, 'replay')).code, 1)
  t.is((await verb(folder, 'replay', '--since', between)).code, 0)
})

test('what was trimmed is verified from there on, by a server that starts again too, and more must not go', async (t) => {
  const folder = copyOf(t, sound)
  const place = placesIn(folder)[1]!
  const trimmed = await verb(folder, 'trim', '--before', between, '--yes')
  t.is(trimmed.code, 0)
  t.regex(trimmed.printed, new RegExp(`${place.topic}/${place.partition}: trimmed up to offset 7`))
  t.regex((await verb(folder, 'replay')).printed, /audit\.operations\/\d +8 records from 8[\s\S]*sound/)
  t.regex((await verb(folder, 'trim', '--before', between, '--yes')).printed, /nothing was anchored before/)
  await audit(folder, 2)
  t.deepEqual(await findingsIn(folder), [])
  // The table is folded again from where the log begins.
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `audit.db${suffix}`), { force: true })
  const embedded = await openEmbedded(t, folder)
  await eventually(async () => {
    const findings = await findingsIn(folder)
    if (findings.length > 0) throw new Error(`not folded again yet: ${findings.join(', ')}`)
  })
  await embedded.close()
  await audit(folder, 1)
  t.deepEqual(await findingsIn(folder), [])
  withDatabase(folder, place.file, (log) => log.exec(`delete from ${place.table} where record_offset = 8`))
  t.deepEqual(await findingsIn(folder), [`missing ${place.topic}/${place.partition}/0`])
})

test('what belongs to no tenant is listed for the operator, the latest first, and what belongs to one is not', async (t) => {
  const folder = copyOf(t, sound)
  const embedded = await openEmbedded(t, folder)
  const nobody = { tenant: null, principal: null, code: 'unauthenticated', status: 401, route: '/recall' }
  embedded.audit.record(operation({ ...nobody, at: Date.UTC(2030, 0, 1), requestId: 'first' }))
  embedded.audit.record(operation({ ...nobody, at: Date.UTC(2030, 0, 2), requestId: 'second', route: '/audit' }))
  await embedded.close()
  await audit(folder, 1)
  const { code, printed } = await verb(folder, 'list', '--unattributed')
  t.is(code, 0)
  // What the log took slowly waited on disk meanwhile, and may stand there twice.
  t.deepEqual(
    [...new Set(printed.trim().split('\n'))],
    [
      '2030-01-02T00:00:00.000Z  401 unauthenticated POST /audit recall',
      '2030-01-01T00:00:00.000Z  401 unauthenticated POST /recall recall',
    ],
  )
  const json = (await verb(folder, 'list', '--unattributed', '--json', '-k', '1')).printed
  t.like(JSON.parse(json), { status: 401, request_id: 'second', times: 1 })
  t.regex((await verb(folder, 'list', '--unattributed', '--before', '2030-01-01')).printed, /nothing that belongs/)
  const wrong = await verb(folder, 'list')
  t.is(wrong.code, 2)
  t.regex(wrong.printed, /audit list needs --unattributed.*GET \/audit/)
  t.is((await verb(folder, 'list', '--unattributed', '-k', '0')).code, 2)
})

test('the key alone verifies, and another one does not', async (t) => {
  const { code, printed } = await verb(sound, 'key')
  t.is(code, 0)
  t.regex(printed, /^-----BEGIN PUBLIC KEY-----/)
  const folder = copyOf(t, sound)
  rmSync(join(folder, 'signing.key'))
  const missing = await verb(folder, 'replay')
  t.is(missing.code, 1)
  t.regex(missing.printed, /There is no key to trust: set SOMABRAIN_SIGNING_KEY/)
  const file = join(temporaryFolder(t), 'audit.pem')
  writeFileSync(file, printed)
  t.is((await verb(folder, 'replay', '--public-key', file)).code, 0)
  const other = await runVerb({ SOMABRAIN_DATA_DIR: folder, SOMABRAIN_SIGNING_KEY: '22'.repeat(32) }, 'audit', 'replay')
  t.is(other.code, 1)
  t.regex(other.printed, /forged-anchor: audit\.events\/0 offset 0/)
})

test('what is asked wrongly is told', async (t) => {
  for (const [argv, problem] of [
    [['look'], /audit needs one of replay, list, trim, key/],
    [['trim'], /audit trim needs --before/],
    [['replay', '--since', 'yesterday'], /--since is no day such as 2026-03-01/],
    [['replay', 'all'], /takes options only, not "all"/],
  ] as const) {
    const { code, printed } = await verb(sound, ...argv)
    t.is(code, 2)
    t.regex(printed, problem)
  }
  const nothing = await runVerb(
    { SOMABRAIN_DATA_DIR: temporaryFolder(t), SOMABRAIN_SIGNING_KEY: '22'.repeat(32) },
    'audit',
    'replay',
  )
  t.is(nothing.code, 1)
  t.regex(nothing.printed, /Nothing is audited in/)
})

test('what is done from a command line is audited, and what only looks is not', async (t) => {
  const folder = copyOf(t, sound)
  await verb(folder, 'replay')
  await verb(folder, 'trim', '--before', '2001-01-01', '--yes')
  const environment = { SOMABRAIN_DATA_DIR: folder }
  const options = [
    '--role',
    'reader,writer',
    '--tenant',
    'acme',
    '-n',
    'notes',
    '--principal',
    'a person',
    '--expires',
    'never',
  ]
  const { printed } = await runVerb(environment, 'tokens', 'create', ...options)
  const token = printed.split(/\s+/).find(isTokenText)!
  const id = tokenId(tokenHash(token))
  await runVerb(environment, 'tokens', 'list')
  t.is((await runVerb(environment, 'tokens', 'revoke', id, 'ffffffffffffffff')).code, 1)
  const embedded = await openEmbedded(t, folder)
  const entries = await eventually(async () => {
    const { items } = await embedded.auditApi.page({ ...identity, tenant: 'acme' }, everything)
    if (items.length < 2) throw new Error('not chained yet')
    return items
  })
  t.deepEqual(
    entries.map(({ action, principal, operation }) => [action, principal, operation?.route, operation?.code]),
    ['revoke', 'create'].map((action) => [
      'administration',
      `operator:${userInfo().username}`,
      `tokens ${action} ${id} --role reader,writer --namespace notes --expires never --principal a person`,
      null,
    ]),
  )
  const administration = `select count(*) as n from entries where action = 'administration'`
  await eventually(() => {
    const audited = withDatabase(folder, 'audit.db', (table) => Number(table.prepare(administration).get()?.n))
    if (audited !== 4) throw new Error(`${audited} acts are audited`)
  })
  const unattributed = await embedded.auditApi.page({ ...identity, tenant: null }, everything)
  t.is(unattributed.items[0]?.operation?.route, 'tokens revoke ffffffffffffffff')
  await embedded.close()
  t.deepEqual(await findingsIn(folder), [])
})

test('what an operator does beside a server that runs is audited, although nothing else happens', async (t) => {
  const folder = temporaryFolder(t)
  const create = ['tokens', 'create', '--role', 'reader', '--tenant', 'acme']
  const environment = { SOMABRAIN_DATA_DIR: folder }
  t.is((await runVerb(environment, ...create)).code, 0)
  const embedded = await openEmbedded(t, folder)
  const audited = (count: number) =>
    eventually(async () => {
      const { items } = await embedded.auditApi.page({ ...identity, tenant: 'acme' }, everything)
      if (items.length !== count) throw new Error(`${items.length} acts are audited`)
    })
  await t.notThrowsAsync(audited(1))
  t.is((await runVerb(environment, ...create)).code, 0)
  await t.notThrowsAsync(audited(2))
  await embedded.close()
})
