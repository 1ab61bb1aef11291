import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import fc from 'fast-check'
import { LONG_TERM_FOLD_VERSION } from '../../../domain/long-term/fold.ts'
import { prepareState } from '../../../infra/sqlite/long-term/prepare-state.ts'
import { openSqliteLongTermStore } from '../../../infra/sqlite/long-term/sqlite-long-term-store.ts'
import type { InMemoryLog } from '../../support/in-memory-log.ts'
import { propertyRuns } from '../../support/property-runs.ts'
import { cuts, foldInBatches, scopedLogs } from '../../support/scoped-logs.ts'

async function hashOf(log: InMemoryLog, sizes: readonly number[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'somabrain-test-'))
  const file = join(folder, 'state.db')
  prepareState(file, LONG_TERM_FOLD_VERSION)
  const store = openSqliteLongTermStore(file)
  try {
    await foldInBatches(store, log, sizes)
    return store.stateHash()
  } finally {
    store.close()
    rmSync(folder, { recursive: true })
  }
}

test('one log of two namespaces comes to the same state in SQLite, bit for bit, however it is cut', async (t) => {
  await fc.assert(
    fc.asyncProperty(scopedLogs, cuts, cuts, async (log, here, there) => {
      t.is(await hashOf(log, here), await hashOf(log, there))
    }),
    { numRuns: propertyRuns(200) },
  )
})
