import test from 'ava'
import { writtenMemories } from '../../../infra/long-term/written-memories.ts'
import { createCommandCodec } from '../../../schemas/command-codec.ts'
import { forget, memoryId, remember } from '../../query-api/support/commands.ts'
import { InMemoryLog } from '../../support/in-memory-log.ts'

const scope = { tenant: 'acme', namespace: 'notes' }
const ids = (rows: ReadonlyArray<{ readonly memoryId: string }>) => rows.map((row) => row.memoryId)

test('memories are read from the log as they were written', async (t) => {
  const log = new InMemoryLog()
  for (let n = 1; n <= 10; n++) log.append(scope, remember(n, `memory ${n}`, { ttlSeconds: n, importance: n }))
  const wanted = [9, 2, 5, 7, 1, 3].map((n) => ({ memoryId: memoryId(n), offset: n - 1 }))
  const rows = await writtenMemories(log, createCommandCodec()).written(scope, wanted)
  t.deepEqual(
    ids(rows),
    wanted.map((one) => one.memoryId),
  )
  const [ninth] = rows
  t.like(ninth, { ...scope, offset: 8, importance: 9, rehearsals: 1, supersededBy: null })
  t.deepEqual(ninth?.intervals, [{ knownFrom: 1_009, knownTo: null, validTo: 10_009 }])
  t.deepEqual(Buffer.from(ninth?.sealed ?? []), Buffer.from(remember(9, 'memory 9').sealed))
})

test('what the log does not hold for the namespace under that id is left out', async (t) => {
  const log = new InMemoryLog()
  log.append(scope, remember(1, 'mine'))
  log.append({ tenant: 'rival', namespace: 'notes' }, remember(2, 'theirs'))
  log.append(scope, forget([1], 5_000))
  log.appendBytes(Buffer.from('key'), Buffer.from('no record'))
  const wanted = [
    { memoryId: memoryId(1), offset: 0 },
    { memoryId: memoryId(2), offset: 1 },
    { memoryId: memoryId(3), offset: 0 },
    { memoryId: memoryId(1), offset: 2 },
    { memoryId: memoryId(1), offset: 3 },
    { memoryId: memoryId(1), offset: 99 },
  ]
  t.deepEqual(ids(await writtenMemories(log, createCommandCodec()).written(scope, wanted)), [memoryId(1)])
})
