import test, { type ExecutionContext } from 'ava'
import { genesisRecord } from '../../../commands/genesis-record.ts'
import { LONG_TERM_FOLD_VERSION } from '../../../domain/long-term/fold.ts'
import { partitionKey, partitionOf } from '../../../domain/partition.ts'
import { openEmbeddedStores } from '../../../infra/sqlite/open-embedded-stores.ts'
import { createCommandCodec } from '../../../schemas/command-codec.ts'
import { openEmbedded } from '../../support/embedded.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { runVerb } from './run-verb.ts'

const KEY = partitionKey({ tenant: 'default', namespace: 'default' })
const PARTITION = partitionOf(KEY)

/** A data directory whose log holds bytes that are no record. */
async function damagedLog(t: ExecutionContext): Promise<string> {
  const path = temporaryFolder(t)
  // Makes the log and the master key.
  await (await openEmbedded(t, path)).close()
  const stores = await openEmbeddedStores({
    path,
    makeGenesis: (partition, generation) => genesisRecord(createCommandCodec(), partition, generation, 0),
    foldVersion: LONG_TERM_FOLD_VERSION,
  })
  const record = { partition: PARTITION, key: KEY, value: Buffer.from('no record'), headers: {}, timestamp: 1_000 }
  const [result] = await stores.logWriter.append([record])
  t.is(result?.status, 'appended')
  await stores.close()
  return path
}

test('what an embedded server set aside is listed and shown while it runs, and is not to be settled', async (t) => {
  const path = await damagedLog(t)
  await openEmbedded(t, path)
  const letters = (...argv: string[]) => runVerb({ SOMABRAIN_DATA_DIR: path }, 'dead-letters', ...argv)
  const listed = await eventually(async () => {
    const run = await letters('list')
    if (!run.printed.includes('1 open dead letters')) throw new Error(run.printed)
    return run
  })
  t.is(listed.code, 0)
  t.regex(listed.printed, new RegExp(`^${PARTITION}/1 +1970-01-01T00:00:01\\.000Z`))
  const shown = await letters('show', `${PARTITION}/1`)
  t.is(shown.code, 0)
  t.regex(shown.printed, /\|no record\|/)
  t.is((await letters('show', `${PARTITION}/0`)).code, 1)
  const retried = await letters('retry', '--all')
  t.is(retried.code, 2)
  t.regex(retried.printed, /npm run rebuild/)
  t.is((await letters('drop', '--all', '--yes')).code, 2)
  t.regex((await letters('list')).printed, /1 open dead letters/)
})

test('where nothing is folded nothing is made', async (t) => {
  const path = temporaryFolder(t)
  const { code, printed } = await runVerb({ SOMABRAIN_DATA_DIR: path }, 'dead-letters', 'list')
  t.is(code, 1)
  t.regex(printed, /Nothing is folded in/)
})
