import { testWorkingMemoryMove } from '../../contract/working-memory-move.ts'
import { testWorkingMemoryProjection } from '../../contract/working-memory-projection.ts'
import { testWorkingMemoryStore, type WorkingMemoryStoreAdapter } from '../../contract/working-memory-store.ts'
import { InMemoryWorkingMemoryStore } from '../../support/in-memory-working-memory-store.ts'
import { TestDataKeys } from '../../support/test-data-keys.ts'

const adapter: WorkingMemoryStoreAdapter = {
  name: 'in memory',
  async open() {
    const keys = new TestDataKeys()
    const store = new InMemoryWorkingMemoryStore(keys)
    return { store, reader: store, keys, lose: async () => store.lose(), close: async () => {} }
  },
}

testWorkingMemoryStore(adapter)
testWorkingMemoryMove(adapter)
testWorkingMemoryProjection(adapter, 100)
