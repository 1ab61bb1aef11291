import type { ExecutionContext } from 'ava'
import { genesisRecord } from '../../../commands/genesis-record.ts'
import { LONG_TERM_FOLD_VERSION } from '../../../domain/long-term/fold.ts'
import { createRowOpener } from '../../../infra/crypto/row-opener.ts'
import { embeddedWorkingMemory } from '../../../infra/embedded/embedded-working-memory.ts'
import { createWorkingMemorySource } from '../../../infra/embedded/working-memory-source.ts'
import { openOutcomeRange } from '../../../infra/sqlite/long-term/read-outcomes.ts'
import { openLiveRowScan } from '../../../infra/sqlite/long-term/scan-live-rows.ts'
import { openSqliteLongTermReader } from '../../../infra/sqlite/long-term/sqlite-long-term-reader.ts'
import { openSqliteLongTermStore } from '../../../infra/sqlite/long-term/sqlite-long-term-store.ts'
import { openEmbeddedStores } from '../../../infra/sqlite/open-embedded-stores.ts'
import { createLongTermProjection } from '../../../projections/long-term/long-term-projection.ts'
import { testWorkingMemoryReads, type WorkingMemoryReadsUnderTest } from '../../contract/working-memory-reads.ts'
import { PARTITION, SCOPE } from '../../contract/working-memory-states.ts'
import { FoldedWorld } from '../../projections/working-memory/folded-world.ts'
import { temporaryFolder } from '../sqlite/temporary-stores.ts'

const EVERYTHING = { records: Number.MAX_SAFE_INTEGER, bytes: Number.MAX_SAFE_INTEGER }

/** Working memory over a data directory whose log gets what the world writes. */
async function open(t: ExecutionContext): Promise<WorkingMemoryReadsUnderTest> {
  const world = new FoldedWorld(SCOPE)
  const { codec, keys: keyring } = world
  const stores = await openEmbeddedStores({
    path: temporaryFolder(t),
    makeGenesis: (partition, generation) => genesisRecord(codec, partition, generation, 0),
    foldVersion: LONG_TERM_FOLD_VERSION,
  })
  const { state } = stores.files
  const longTerm = openSqliteLongTermStore(state)
  const [reader, liveRows, outcomes] = [
    openSqliteLongTermReader(state),
    openLiveRowScan(state),
    openOutcomeRange(state),
  ]
  t.teardown(async () => {
    for (const part of [longTerm, reader, liveRows, outcomes]) part.close()
    await stores.close()
  })
  const projection = createLongTermProjection(longTerm, codec)
  const fold = async (): Promise<void> => {
    const end = await stores.logReader.end(PARTITION)
    await stores.logWriter.append(world.records.slice(end))
    const from = await projection.checkpoint(PARTITION)
    const due = await stores.logReader.read(PARTITION, from.offset + 1, EVERYTHING)
    if (due.length > 0) await projection.fold(PARTITION, from, due)
  }
  await fold()
  const alarms: string[] = []
  const source = { reader, liveRows, outcomes, log: stores.logReader, codec, keyring, opener: createRowOpener(keyring) }
  const another = () =>
    embeddedWorkingMemory(createWorkingMemorySource(source), { traceError: () => alarms.push('trace') })
  const { generation } = await projection.checkpoint(PARTITION)
  return { world, generation, memory: another(), another, fold, alarms }
}

testWorkingMemoryReads({ name: 'working memory in process', open })
