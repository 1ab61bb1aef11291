import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { replayInThreads } from '../../../infra/audit/embedded/replay-in-threads.ts'
import { trustedKeys } from '../../../infra/audit/trusted-keys.ts'
import { audit, copyOf, findingsIn, placesIn, rewrite } from './audited-folder.ts'

const sound = mkdtempSync(join(tmpdir(), 'somabrain-audit-threads-'))
test.before(async (t) => {
  t.timeout(60_000)
  await audit(sound, 8)
})
test.after.always(() => rmSync(sound, { recursive: true }))

test('over several threads a replay finds what it finds over one', async (t) => {
  t.timeout(120_000)
  const folder = copyOf(t, sound)
  for (const place of placesIn(folder)) rewrite(folder, place, (bodies) => void bodies.splice(3, 1))
  let records = 0
  const publicKeys = trustedKeys({ dataDir: folder, signingKey: null }, [])
  const progress = (more: number): void => {
    records += more
  }
  const replay = await replayInThreads({ dataDir: folder, publicKeys, since: null }, progress, 3)
  const found = replay.findings.map(({ kind, topic, partition, offset }) => `${kind} ${topic}/${partition}/${offset}`)
  t.deepEqual(found, await findingsIn(folder))
  t.is(found.length, 2)
  t.is(replay.chains.length, 18)
  t.true(records > 0)
})
