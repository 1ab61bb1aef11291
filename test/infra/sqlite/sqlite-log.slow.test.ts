import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testLogReader } from '../../contract/log-reader.ts'
import { testLogWriter } from '../../contract/log-writer.ts'
import { openStores } from './temporary-stores.ts'

const adapter = {
  name: 'SQLite log',
  async open() {
    const folder = mkdtempSync(join(tmpdir(), 'somabrain-test-'))
    const stores = await openStores(folder)
    const close = async () => {
      await stores.close()
      rmSync(folder, { recursive: true })
    }
    return { writer: stores.logWriter, reader: stores.logReader, close }
  },
}

testLogWriter(adapter)
testLogReader(adapter)
