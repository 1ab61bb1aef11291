import { spawnSync } from 'node:child_process'
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test from 'ava'
import { canonicalJson } from '../../../commands/canonical-json.ts'
import type { EraseRequest } from '../../../commands/requests/erase-request.ts'
import type { JsonObject } from '../../../domain/json.ts'
import {
  caller,
  identity,
  openEmbedded,
  recallRequest,
  rememberRequest,
  type TestEmbedded,
  waiting,
} from '../../support/embedded.ts'
import { eventually } from '../../support/eventually.ts'
import { startServerProcess } from '../../support/server-process.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { filesHolding } from './search-files.ts'

const ada = { userId: 'ada', subject: 'ada' }
const bob = { userId: 'bob', subject: 'bob' }

async function erased(embedded: TestEmbedded, request: EraseRequest) {
  const { receiptId } = await embedded.erasure.eraser.erase(caller(), request)
  return eventually(async () => {
    const state = await embedded.erasure.subjects.receipt(identity, receiptId)
    if (state.status === 'pending') throw new Error('still pending')
    return state.receipt
  })
}

/** The wrapped data keys that stand in keys.db. */
function wrappedKeys(folder: string): Uint8Array[] {
  return keysOf(folder).flatMap(({ wrapped }) => (wrapped === null ? [] : [wrapped as Uint8Array]))
}

const readableKeys = (folder: string): string[] =>
  keysOf(folder).flatMap((row) => (row.wrapped === null ? [] : [String(row.key_id)]))

function keysOf(folder: string) {
  const database = new DatabaseSync(join(folder, 'keys.db'), { readOnly: true })
  const rows = database.prepare("select key_id, wrapped from data_keys where slot <> ''").all()
  database.close()
  return rows
}

const removeIfThere = (path: string): void => rmSync(path, { force: true })

/** One member altered, added or taken away at a time, at every depth. */
function alterations(receipt: JsonObject): JsonObject[] {
  const signature = receipt.signature as JsonObject
  const [namespace] = receipt.namespaces as JsonObject[]
  return [
    ...Object.keys(receipt).map((name) => ({ ...receipt, [name]: 'altered' })),
    ...Object.keys(receipt).map((name) => Object.fromEntries(Object.entries(receipt).filter(([key]) => key !== name))),
    ...Object.keys(signature).map((name) => ({ ...receipt, signature: { ...signature, [name]: 'altered' } })),
    { ...receipt, signature: { ...signature, added: 1 } },
    { ...receipt, namespaces: [{ ...namespace, memories: 2 }] },
    { ...receipt, added: true },
  ]
}

test.serial('an erasure takes the memories of one subject and leaves those of others', async (t) => {
  const embedded = await openEmbedded(t, temporaryFolder(t))
  // Hashes and signatures may hold any short word, and no "@".
  const subject = 'ada@bees'
  const mine = await embedded.commands.remember(
    waiting(),
    rememberRequest('ada keeps bees', { userId: subject, subject }),
  )
  const other = await embedded.commands.remember(waiting(), rememberRequest('bob keeps hens', bob))
  const receipt = await erased(embedded, { namespace: 'default', subject })
  t.is(receipt.memories, 1)
  await t.throwsAsync(embedded.query.memory(identity, mine.memoryId!), { message: /memory_not_found/ })
  t.is((await embedded.query.memory(identity, other.memoryId!)).content, 'bob keeps hens')
  const { results } = await embedded.query.recall(identity, recallRequest('who keeps bees'))
  t.deepEqual(
    results.map(({ content }) => content),
    ['bob keeps hens'],
  )
  t.false(canonicalJson(receipt).includes(subject), 'the receipt does not say whose it was')
})

test.serial(
  'after an erasure no file of the data directory holds what the subject said, nor the key that opened it',
  async (t) => {
    const folder = temporaryFolder(t)
    const embedded = await openEmbedded(t, folder)
    const canary = 'zanzibar-canary-7c1f'
    const request = rememberRequest(`${canary} in the content`, {
      ...{ userId: `${canary}-user`, subject: `${canary}-user`, runId: `${canary}-run`, author: `${canary}-author` },
      ...{ metadata: { note: `${canary}-meta` }, tags: [`${canary}-tag`] },
    })
    for (let i = 0; i < 20; i += 1) await embedded.commands.remember(waiting(), request)
    await embedded.query.recall(identity, recallRequest(canary))
    const wrapped = wrappedKeys(folder)
    t.true(wrapped.length >= 1)
    t.deepEqual(
      wrapped.flatMap((key) => filesHolding(folder, [key])).map((path) => path.replace(/-wal$/, '')),
      wrapped.map(() => join(folder, 'keys.db')),
      'the search finds a key that is there',
    )
    await erased(embedded, { namespace: null, subject: `${canary}-user` })
    t.deepEqual(filesHolding(folder, [canary]), [])
    const left = wrappedKeys(folder)
    const gone = wrapped.filter((key) => !left.some((other) => Buffer.compare(other, key) === 0))
    t.is(gone.length, 1)
    t.deepEqual(filesHolding(folder, gone), [])
  },
)

test.serial('an erasure that races a thousand writes under a cached key leaves nothing of them readable', async (t) => {
  const folder = temporaryFolder(t)
  const embedded = await openEmbedded(t, folder)
  await embedded.commands.remember(waiting(), rememberRequest('the first', ada))
  const write = (i: number) => embedded.commands.remember(caller(), rememberRequest(`number ${i}`, ada))
  const before = Array.from({ length: 500 }, (_, i) => write(i))
  const receipt = erased(embedded, { namespace: 'default', subject: 'ada' })
  const during = Array.from({ length: 500 }, (_, i) => write(500 + i))
  const receipts = await Promise.all([...before, ...during])
  await receipt
  const keysNow = new Set(await readableKeys(folder))
  for (const { commandId } of receipts) {
    const outcome = await eventually(() => embedded.query.command(identity, commandId))
    t.true(outcome.status === 'stored' || outcome.reason === 'erased')
  }
  const database = new DatabaseSync(join(folder, 'state.db'), { readOnly: true })
  const rows = database.prepare('select hex(key_id) as key, sealed is not null as stands from memories').all()
  database.close()
  for (const { key, stands } of rows) t.is(Boolean(stands), keysNow.has(String(key).toLowerCase()))
  const exported = await embedded.erasure.subjects.exportSubject(identity, { namespace: null, subject: 'ada' })
  const kept = new Set(receipts.map(({ memoryId }) => memoryId))
  for await (const { memory } of exported) {
    t.true(kept.has(memory.memoryId), 'what is left was written under the next generation of the key')
  }
})

test.serial('an erased subject writes again, under another key, and is erased again', async (t) => {
  const embedded = await openEmbedded(t, temporaryFolder(t))
  await embedded.commands.remember(waiting(), rememberRequest('before', ada))
  const first = await erased(embedded, { namespace: null, subject: 'ada' })
  const again = await embedded.commands.remember(waiting(), rememberRequest('after', ada))
  t.is((await embedded.query.memory(identity, again.memoryId!)).content, 'after')
  const second = await erased(embedded, { namespace: null, subject: 'ada' })
  t.deepEqual([first.memories, second.memories], [1, 1])
})

test.serial(
  'an erasure with the same idempotency key is the same erasure, and another body is a conflict',
  async (t) => {
    const embedded = await openEmbedded(t, temporaryFolder(t))
    await embedded.commands.remember(waiting(), rememberRequest('hello', ada))
    await embedded.commands.remember(waiting(), rememberRequest('hello', bob))
    const keyed = caller({ idempotencyKey: 'forget-ada' })
    const first = await embedded.erasure.eraser.erase(keyed, { namespace: 'default', subject: 'ada' })
    await eventually(() => embedded.erasure.subjects.receipt(identity, first.receiptId))
    const again = await embedded.erasure.eraser.erase(keyed, { namespace: 'default', subject: 'ada' })
    t.deepEqual([again.receiptId, again.replayed], [first.receiptId, true])
    const other = embedded.erasure.eraser.erase(keyed, { namespace: 'default', subject: 'bob' })
    const error = await t.throwsAsync(other)
    t.like(error, { problem: { code: 'idempotency_conflict' } })
  },
)

test.serial('a subject of whom nothing was ever stored is refused, and so is a receipt of nobody', async (t) => {
  const embedded = await openEmbedded(t, temporaryFolder(t))
  const erase = embedded.erasure.eraser.erase(caller(), { namespace: null, subject: 'nobody' })
  t.like(await t.throwsAsync(erase), { problem: { code: 'subject_not_found', field: 'subject' } })
  const receipt = embedded.erasure.subjects.receipt(identity, '00000000-0000-8000-8000-000000000000')
  t.like(await t.throwsAsync(receipt), { problem: { code: 'receipt_not_found' } })
})

test.serial('stores that are restored from before an erasure do not bring it back', async (t) => {
  const [folder, backup] = [temporaryFolder(t), temporaryFolder(t)]
  const first = await openEmbedded(t, folder)
  const { memoryId } = await first.commands.remember(waiting(), rememberRequest('a secret of ada', ada))
  await first.close()
  for (const file of ['log.db', 'keys.db']) cpSync(join(folder, file), join(backup, file))
  const second = await openEmbedded(t, folder)
  await erased(second, { namespace: null, subject: 'ada' })
  await second.close()

  for (const file of ['log.db', 'keys.db']) {
    cpSync(join(backup, file), join(folder, file))
    for (const suffix of ['-wal', '-shm']) writeFileSync(join(folder, `${file}${suffix}`), '')
  }
  for (const suffix of ['', '-wal', '-shm']) removeIfThere(join(folder, `state.db${suffix}`))
  const third = await openEmbedded(t, folder)
  await t.throwsAsync(third.query.memory(identity, memoryId!), { message: /memory_not_found/ })
  const { results } = await third.query.recall(identity, recallRequest('a secret of ada'))
  t.deepEqual(results, [])
  const erasures = await eventually(() => {
    const database = new DatabaseSync(join(folder, 'state.db'), { readOnly: true })
    const row = database.prepare('select count(*) as erasures from erasures').get()
    database.close()
    if (Number(row?.erasures) === 0) throw new Error('the Erase is not in the restored log')
    return Number(row?.erasures)
  })
  t.is(erasures, 1)
})

test.serial('a receipt verifies with the public key alone, and no altered one does', async (t) => {
  const folder = temporaryFolder(t)
  const embedded = await openEmbedded(t, folder)
  await embedded.commands.remember(waiting(), rememberRequest('hello', ada))
  const receipt = await erased(embedded, { namespace: null, subject: 'ada' })
  const keyFile = join(folder, 'public.pem')
  writeFileSync(keyFile, (await embedded.erasure.keys.receiptKey()).publicKeyPem)
  const verify = (candidate: unknown) => {
    const file = join(folder, 'receipt.json')
    writeFileSync(file, JSON.stringify(candidate))
    return spawnSync(process.execPath, ['scripts/verify-receipt.mjs', file, keyFile], { encoding: 'utf8' })
  }
  t.regex(verify(receipt).stdout, /^valid: /)
  t.regex(verify({ receipt_id: 'x', status: 'complete', receipt }).stdout, /^valid: /)
  for (const altered of alterations(receipt)) t.is(verify(altered).status, 1)
})

test.serial('a repeated request whose memory was erased is told so, and stores nothing', async (t) => {
  const embedded = await openEmbedded(t, temporaryFolder(t))
  const keyed = waiting({ idempotencyKey: 'once' })
  await embedded.commands.remember(keyed, rememberRequest('hello', ada))
  await erased(embedded, { namespace: null, subject: 'ada' })
  const again = embedded.commands.remember(keyed, rememberRequest('hello', ada))
  t.like(await t.throwsAsync(again), { problem: { code: 'refused', members: { reason: 'erased' } } })
})

test.serial('another tenant has its own subjects and cannot see a receipt', async (t) => {
  const embedded = await openEmbedded(t, temporaryFolder(t))
  const globex = { ...identity, tenant: 'globex' }
  const own = await embedded.commands.remember(waiting({ identity: globex }), rememberRequest('of globex', ada))
  await embedded.commands.remember(waiting(), rememberRequest('of default', ada))
  const receipt = await erased(embedded, { namespace: null, subject: 'ada' })
  t.is(receipt.memories, 1)
  t.is((await embedded.query.memory(globex, own.memoryId!)).content, 'of globex')
  const foreign = embedded.erasure.subjects.receipt(globex, String(receipt.receipt_id))
  t.like(await t.throwsAsync(foreign), { problem: { code: 'receipt_not_found' } })
})

test.serial(
  'an export holds every memory of the subject with its links and whether it is in mind, and no other',
  async (t) => {
    const embedded = await openEmbedded(t, temporaryFolder(t))
    const first = await embedded.commands.remember(waiting(), rememberRequest('ada keeps bees', ada))
    const links = [{ rel: 'about', target: first.memoryId! }]
    await embedded.commands.remember(waiting(), rememberRequest('and hens', { ...ada, namespace: 'default', links }))
    await embedded.commands.remember(waiting(), rememberRequest('in another place', { ...ada, namespace: 'other' }))
    await embedded.commands.remember(waiting(), rememberRequest('of bob', bob))
    const exported = []
    for await (const one of await embedded.erasure.subjects.exportSubject(identity, {
      namespace: null,
      subject: 'ada',
    })) {
      exported.push([one.memory.content, one.links.length, one.known.length, one.inWorkingMemory])
    }
    t.deepEqual(exported, [
      ['ada keeps bees', 1, 1, true],
      ['and hens', 1, 1, true],
      ['in another place', 0, 1, true],
    ])
  },
)

test.serial('a damaged ledger keeps the server from starting, in words, and leaves nothing running', async (t) => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'erasures.ledger'), '{"not":"an entry"}\n')
  const error = await t.throwsAsync(startServerProcess(folder))
  t.regex(error?.message ?? '', /ended with code 1: SomaBrain cannot start: .*erasures\.ledger is damaged at line 1/)
})
