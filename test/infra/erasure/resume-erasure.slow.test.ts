import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { eraseRecord } from '../../../commands/erase-record.ts'
import { genesisRecord } from '../../../commands/genesis-record.ts'
import { LONG_TERM_FOLD_VERSION } from '../../../domain/long-term/fold.ts'
import { createKeyring } from '../../../infra/crypto/keyring.ts'
import { loadMasterKey } from '../../../infra/crypto/master-key.ts'
import { openEmbeddedStores } from '../../../infra/sqlite/open-embedded-stores.ts'
import { SNAPSHOT_FOLDER, SnapshotFolder } from '../../../infra/views/snapshots/snapshot-folder.ts'
import { createCommandCodec } from '../../../schemas/command-codec.ts'
import { caller, identity, openEmbedded, rememberRequest, waiting } from '../../support/embedded.ts'
import { eventually } from '../../support/eventually.ts'
import { send } from '../../support/http-client.ts'
import { startServerProcess } from '../../support/server-process.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const ada = { userId: 'ada', subject: 'ada' }
const receiptId = '0198f0de-3b5a-8c1d-9e2f-4a6b8c0d2e4f'
const codec = createCommandCodec()

/** Leaves the log as a process does that died after the first of an erasure's parts, before it touched a key. */
async function beginErasure(dataDir: string, namespaces: readonly string[]): Promise<void> {
  const stores = await openEmbeddedStores({
    path: dataDir,
    makeGenesis: (partition, generation) => genesisRecord(codec, partition, generation, 0),
    foldVersion: LONG_TERM_FOLD_VERSION,
  })
  const keyring = createKeyring(stores.keyStore, loadMasterKey(dataDir, null))
  const parts = []
  for (const namespace of namespaces) {
    const scope = { tenant: identity.tenant, namespace }
    const { keyId } = await keyring.dataKey(scope, null)
    const keyIds = await keyring.keyIdsOf(scope, 'ada')
    parts.push({ namespace, keyId, requestHmac: new Uint8Array(32).fill(1), keyIds })
  }
  const plan = { tenant: identity.tenant, receiptId, principal: 'tester', recordedAt: Date.now() - 60_000, parts }
  await stores.logWriter.append([eraseRecord(codec, plan, parts[0]!, null)])
  await stores.close()
}

test.serial('an erasure whose process died after its first record is finished at the next start', async (t) => {
  const folder = temporaryFolder(t)
  const first = await openEmbedded(t, folder)
  for (const namespace of ['one', 'two']) {
    await first.commands.remember(waiting(), rememberRequest(`ada in ${namespace}`, { ...ada, namespace }))
  }
  await first.close()
  await beginErasure(folder, ['one', 'two'])

  const second = await openEmbedded(t, folder)
  const state = await eventually(async () => {
    const found = await second.erasure.subjects.receipt(identity, receiptId)
    if (found.status === 'pending') throw new Error('still pending')
    return found
  }, 60_000)
  t.like(state.receipt, { memories: 2 })
  const exported = await second.erasure.subjects.exportSubject(identity, { namespace: null, subject: 'ada' })
  for await (const { memory } of exported) t.fail(`${memory.memoryId} is still there`)
  t.true(readFileSync(`${folder}/erasures.ledger`, 'utf8').includes(receiptId))
})

test.serial('an erasure that was answered is complete whenever the server is killed', async (t) => {
  const folder = temporaryFolder(t)
  const server = await startServerProcess(folder)
  for (let i = 0; i < 50; i += 1) {
    await send('POST', `${server.url}/remember`, { content: `ada ${i}`, user_id: 'ada' })
  }
  const answer = await send('POST', `${server.url}/forget`, { mode: 'erase', user_id: 'ada' })
  await server.kill()
  t.is(answer.status, 202)

  const embedded = await openEmbedded(t, folder)
  const state = await eventually(async () => {
    const found = await embedded.erasure.subjects.receipt(identity, String(answer.body.receipt_id))
    if (found.status === 'pending') throw new Error('still pending')
    return found
  }, 60_000)
  t.like(state.receipt, { memories: 50 })
  const again = await embedded.commands.remember(waiting(), rememberRequest('ada again', ada))
  t.is((await embedded.query.memory(identity, again.memoryId!)).content, 'ada again')
  await t.notThrowsAsync(embedded.erasure.eraser.erase(caller(), { namespace: null, subject: 'ada' }))
})

/** Nothing can be removed of the namespace's snapshot. Resolves to what ends that. */
async function blockSnapshot(dataDir: string, namespace: string): Promise<() => void> {
  const folder = join(dataDir, SNAPSHOT_FOLDER)
  await new SnapshotFolder(folder, loadMasterKey(dataDir, null)).makeKey({ tenant: identity.tenant, namespace })
  const place = join(folder, readdirSync(folder)[0]!)
  rmSync(place)
  mkdirSync(place)
  return () => rmSync(place, { recursive: true })
}

test.serial('an erasure that fails keeps none that was begun after it, and is finished once it can be', async (t) => {
  const folder = temporaryFolder(t)
  const embedded = await openEmbedded(t, folder)
  for (const namespace of ['one', 'two']) {
    await embedded.commands.remember(waiting(), rememberRequest('of ada', { ...ada, namespace }))
  }
  const unblock = await blockSnapshot(folder, 'one')
  const [first, second] = [
    await embedded.erasure.eraser.erase(caller(), { namespace: 'one', subject: 'ada' }),
    await embedded.erasure.eraser.erase(caller(), { namespace: 'two', subject: 'ada' }),
  ]
  const complete = (id: string) =>
    eventually(async () => {
      const { status } = await embedded.erasure.subjects.receipt(identity, id)
      if (status === 'pending') throw new Error('still pending')
    }, 60_000)
  await t.notThrowsAsync(complete(second.receiptId))
  t.is((await embedded.erasure.subjects.receipt(identity, first.receiptId)).status, 'pending')
  unblock()
  await t.notThrowsAsync(complete(first.receiptId))
})
