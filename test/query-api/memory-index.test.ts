import test from 'ava'
import type { RememberSecret } from '../../domain/command.ts'
import type { MemoryRow } from '../../domain/memory.ts'
import { MemoryIndex } from '../../query-api/memory-index.ts'
import { forget, memoryId, remember } from './support/commands.ts'
import { FoldedLog } from './support/folded-log.ts'
import { scope } from './support/serve.ts'

const now = { valid: 1_000_000, validAsked: false, known: null }
const query = { query: 'walrus', k: 10, filter: null, asOf: now, minScore: null, explain: false }
const list = { filter: null, asOf: now, beforeOffset: null, limit: 10 }

const secretOf = (row: MemoryRow): RememberSecret => JSON.parse(Buffer.from(row.sealed!).toString())

function walrus() {
  const log = new FoldedLog()
  log.append(scope, remember(1, 'a walrus'))
  const [row] = log.rows(scope)
  return { log, row: row!, index: new MemoryIndex({ language: 'en', profile: 'auto' }) }
}

test('putting a row again takes over what changed about it', (t) => {
  const { log, row, index } = walrus()
  index.put(row, secretOf(row))
  index.put(row, secretOf(row))
  t.is(index.size, 1)
  t.is(index.recall(query).length, 1)
  log.append(scope, forget([1], 5_000))
  const [retired] = log.rows(scope)
  index.put(retired!, secretOf(retired!))
  t.is(index.size, 1)
  t.deepEqual(index.recall(query), [])
})

test('a memory that becomes a tombstone leaves nothing to find', (t) => {
  const { row, index } = walrus()
  index.put(row, secretOf(row))
  index.put({ ...row, sealed: null }, null)
  t.is(index.size, 1)
  t.deepEqual(index.recall(query), [])
  t.deepEqual(index.list(list), [])
})

test('a tombstone that was never indexed counts as a row and is never found', (t) => {
  const { row, index } = walrus()
  const before = index.bytes()
  index.put({ ...row, memoryId: memoryId(2), sealed: null }, null)
  index.put({ ...row, memoryId: memoryId(2), sealed: null }, null)
  t.is(index.size, 1)
  t.true(index.bytes() > before)
  t.deepEqual(index.list(list), [])
})
