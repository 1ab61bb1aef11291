import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareState } from '../../../infra/sqlite/long-term/prepare-state.ts'
import { openSqliteLongTermReader } from '../../../infra/sqlite/long-term/sqlite-long-term-reader.ts'
import { openSqliteLongTermStore } from '../../../infra/sqlite/long-term/sqlite-long-term-store.ts'
import { testLongTermErasure } from '../../contract/long-term-erasure.ts'
import { testLongTermMove } from '../../contract/long-term-move.ts'
import { testLongTermReader } from '../../contract/long-term-reader.ts'
import { testLongTermStore } from '../../contract/long-term-store.ts'
import { FOLD_VERSION } from './temporary-stores.ts'

const adapter = {
  name: 'SQLite long-term',
  async open() {
    const folder = mkdtempSync(join(tmpdir(), 'somabrain-test-'))
    const file = join(folder, 'state.db')
    prepareState(file, FOLD_VERSION)
    const store = openSqliteLongTermStore(file)
    const reader = openSqliteLongTermReader(file)
    const close = async () => {
      reader.close()
      store.close()
      rmSync(folder, { recursive: true })
    }
    return { store, reader, close }
  },
}

testLongTermStore(adapter)
testLongTermMove(adapter)
testLongTermErasure(adapter)
testLongTermReader(adapter)
