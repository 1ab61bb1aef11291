import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLackingVectors } from '../../../infra/sqlite/long-term/lacking-vectors.ts'
import { prepareState } from '../../../infra/sqlite/long-term/prepare-state.ts'
import { openSqliteLongTermStore } from '../../../infra/sqlite/long-term/sqlite-long-term-store.ts'
import { testLackingVectors } from '../../contract/lacking-vectors.ts'
import { FOLD_VERSION } from './temporary-stores.ts'

testLackingVectors({
  name: 'SQLite lacking vectors',
  async open() {
    const folder = mkdtempSync(join(tmpdir(), 'somabrain-test-'))
    const file = join(folder, 'state.db')
    prepareState(file, FOLD_VERSION)
    const store = openSqliteLongTermStore(file)
    const lacking = openLackingVectors(file)
    const close = async () => {
      lacking.close()
      store.close()
      rmSync(folder, { recursive: true })
    }
    return { store, lacking, close }
  },
})
