import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareState } from '../../../infra/sqlite/long-term/prepare-state.ts'
import { openSqliteErasureLog } from '../../../infra/sqlite/long-term/sqlite-erasure-log.ts'
import { openSqliteLongTermStore } from '../../../infra/sqlite/long-term/sqlite-long-term-store.ts'
import { testErasureLog } from '../../contract/erasure-log.ts'
import { FOLD_VERSION } from './temporary-stores.ts'

testErasureLog({
  name: 'SQLite erasures',
  async open() {
    const folder = mkdtempSync(join(tmpdir(), 'somabrain-test-'))
    const file = join(folder, 'state.db')
    prepareState(file, FOLD_VERSION)
    const store = openSqliteLongTermStore(file)
    const log = openSqliteErasureLog(file)
    const close = async (): Promise<void> => {
      log.close()
      store.close()
      rmSync(folder, { recursive: true })
    }
    return { store, log, close }
  },
})
