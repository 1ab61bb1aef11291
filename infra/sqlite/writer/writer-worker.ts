import { parentPort, workerData } from 'node:worker_threads'
import { openForWriting } from '../data-dir/open-database.ts'
import { keyWriter } from '../keys/write-keys.ts'
import { recordAppender } from '../log/append-records.ts'
import { type Committed, durableTransaction } from './durable-transaction.ts'
import type { NumberedRequest, WriteReply, WriteRequest, WriterFiles, WriterReady } from './writer-protocol.ts'

/**
 * The thread that writes log.db and keys.db, so that no fsync ever holds up the event loop that answers HTTP. Requests
 * are done one after the other, in the order they came. After an uncertain commit the thread ends: the next one opens
 * the files anew and sees what recovery sees.
 */
const port = parentPort
if (port === null) throw new Error('writer-worker.ts runs as a worker thread')

const files = workerData as WriterFiles
const log = openForWriting(files.log, { synchronous: 'full', checkpointBytes: 16 << 20, cacheBytes: 16 << 20 })
const keyDatabase = openForWriting(files.keys, { synchronous: 'full', checkpointBytes: 4 << 20, cacheBytes: 2 << 20 })
// What a destroyed key leaves in its page is overwritten, not only unlinked.
keyDatabase.exec('pragma secure_delete = on')
const records = recordAppender(log)
const keys = keyWriter(keyDatabase)

port.on('message', ({ id, request }: NumberedRequest) => {
  const done = carryOut(request)
  port.postMessage(replyTo(id, done))
  if (request.op === 'close' || done.status === 'uncertain') end()
})
port.postMessage({ id: 0, status: 'ready' } satisfies WriterReady)

function carryOut(request: WriteRequest): Committed<unknown> {
  switch (request.op) {
    case 'append': {
      const done = durableTransaction(log, () => records.append(request.packed))
      if (done.status === 'rolled-back') records.reload()
      return done
    }
    case 'add-keys':
      return durableTransaction(keyDatabase, () => request.entries.map((entry) => keys.addKey(entry)))
    case 'add-index-key':
      return durableTransaction(keyDatabase, () => keys.addIndexKey(request.tenant, request.wrapped))
    case 'destroy-keys': {
      const done = durableTransaction(keyDatabase, () => request.keyIds.map((keyId) => keys.destroyKey(keyId)))
      // Until the write-ahead log is cut, it and the file still hold the pages as they were.
      if (done.status === 'committed') keyDatabase.exec('pragma wal_checkpoint(truncate)')
      return done
    }
    case 'close':
      return { status: 'committed', result: null }
    default:
      throw new Error(`unknown request ${JSON.stringify(request satisfies never)}`)
  }
}

function replyTo(id: number, done: Committed<unknown>): WriteReply {
  if (done.status === 'committed') return { id, status: 'done', answer: done.result }
  return { id, status: 'failed', certain: done.status === 'rolled-back', error: done.error }
}

function end(): void {
  log.close()
  keyDatabase.close()
  port?.close()
}
