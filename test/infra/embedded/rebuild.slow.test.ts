import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test, { type ExecutionContext } from 'ava'
import { rebuild } from '../../../infra/embedded/rebuild.ts'
import { SNAPSHOT_FOLDER } from '../../../infra/views/snapshots/snapshot-folder.ts'
import { openEmbedded, rememberRequest, waiting } from '../../support/embedded.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const fold = (dataDir: string, records = 1000) =>
  rebuild({ dataDir, masterKey: null, clock: Date.now, batch: { records, bytes: 1 << 20 }, onProgress() {} })

/** A store with something of everything: users, corrections, links, retirements, rehearsals, settings, repeats. */
async function lived(t: ExecutionContext): Promise<string> {
  const dataDir = temporaryFolder(t)
  const { commands, close } = await openEmbedded(t, dataDir)
  for (const namespace of ['work', 'home', 'trips']) {
    const ids: string[] = []
    for (let n = 0; n < 40; n++) {
      const userId = n % 3 === 0 ? `user-${n % 2}` : null
      const supersedes = n % 10 === 9 ? ids[n - 5]! : null
      const request = rememberRequest(`memory ${n} of ${namespace}`, {
        namespace,
        userId,
        subject: userId,
        supersedes,
        importance: n * 20,
      })
      const receipt = await commands.remember(waiting({ idempotencyKey: `${namespace}-${n}` }), request)
      ids.push(receipt.memoryId!)
    }
    await commands.remember(
      waiting({ idempotencyKey: `${namespace}-1` }),
      rememberRequest(`memory 1 of ${namespace}`, { namespace, importance: 20 }),
    )
    await commands.link(waiting(), { namespace, from: ids[1]!, rel: 'about', to: ids[2]! })
    await commands.forget(waiting(), { namespace, what: { memoryId: ids[3]! }, dryRun: false })
    await commands.restore(waiting(), { namespace, memoryId: ids[3]! })
    await commands.forget(waiting(), { namespace, what: { memoryId: ids[6]! }, dryRun: false })
    await commands.feedback(waiting(), { namespace, memoryId: ids[7]!, useful: true })
    await commands.configure(waiting(), { namespace, language: 'en', profile: 'notes' })
  }
  await close()
  return dataDir
}

test('a rebuild comes to the state that was there, bit for bit, however the log is cut', async (t) => {
  const dataDir = await lived(t)
  const first = await fold(dataDir)
  t.is(first.after, first.before!)
  t.true(first.records > 120)
  for (const records of [1, 7]) {
    const again = await fold(dataDir, records)
    t.is(again.before, first.after)
    t.is(again.after, first.after)
  }
})

test('snapshots of views go with the state that they were made of', async (t) => {
  const dataDir = await lived(t)
  const snapshot = join(dataDir, SNAPSHOT_FOLDER, 'x.view')
  mkdirSync(join(dataDir, SNAPSHOT_FOLDER), { recursive: true })
  writeFileSync(snapshot, '')
  await fold(dataDir)
  t.false(existsSync(snapshot))
})

test('a state that was altered is found out, and mended from the log', async (t) => {
  const dataDir = await lived(t)
  const sound = await fold(dataDir)
  const state = new DatabaseSync(join(dataDir, 'state.db'))
  state.exec('update memories set importance = importance + 1 where position = (select max(position) from memories)')
  state.close()
  const mended = await fold(dataDir)
  t.not(mended.before, sound.after)
  t.is(mended.after, sound.after)
})

test('progress ends at the number of records', async (t) => {
  const dataDir = await lived(t)
  const steps: Array<readonly [number, number]> = []
  const { records } = await rebuild({
    dataDir,
    masterKey: null,
    clock: Date.now,
    onProgress: (...step) => steps.push(step),
  })
  t.deepEqual(steps.at(-1), [records, records])
})
