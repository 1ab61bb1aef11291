import test from 'ava'
import { RedisWorkingMemoryReader } from '../../../infra/redis/redis-working-memory-reader.ts'
import { createRedisWorkingMemoryStore } from '../../../infra/redis/redis-working-memory-store.ts'
import { testWorkingMemoryMove } from '../../contract/working-memory-move.ts'
import { testWorkingMemoryProjection } from '../../contract/working-memory-projection.ts'
import { testWorkingMemoryStore, type WorkingMemoryStoreAdapter } from '../../contract/working-memory-store.ts'
import { missingParts } from '../../support/real-parts.ts'
import { TestDataKeys } from '../../support/test-data-keys.ts'
import { redisForTest } from './redis-for-test.ts'

const adapter: WorkingMemoryStoreAdapter = {
  name: 'redis',
  async open() {
    const { redis, keyPrefix, clear, close } = await redisForTest()
    const keys = new TestDataKeys()
    const deps = { redis, keyring: keys, keyPrefix }
    return {
      store: createRedisWorkingMemoryStore(deps),
      reader: new RedisWorkingMemoryReader(deps),
      keys,
      lose: clear,
      close,
    }
  },
}

const missing = await missingParts('redis')
if (missing !== null) {
  test.skip(`working memory in Redis: ${missing}`, () => {})
} else {
  testWorkingMemoryStore(adapter)
  testWorkingMemoryMove(adapter)
  testWorkingMemoryProjection(adapter, 40)
}
