import { createHash, randomBytes } from 'node:crypto'
import type { Scope } from '../../domain/names.ts'
import { partitionKey } from '../../domain/partition.ts'
import { createDataKey } from '../../infra/crypto/data-key.ts'
import type { LogReader, LogRecord, ReadLimit } from '../../projections/ports/log-reader.ts'
import { createCommandCodec } from '../../schemas/command-codec.ts'
import { encodeSecret } from '../../schemas/secret-codec.ts'
import { sentences } from './http-texts.ts'
import { BENCH_PARTITION, BENCH_SCOPE, benchUuid } from './store-rows.ts'

const FIRST_AT = 1_700_000_000_000

/** `count` sealed `Remember`s of one namespace, as the log holds them from offset `first` on. */
export function benchRecords(count: number, first = 0, scope: Scope = BENCH_SCOPE): readonly LogRecord[] {
  const codec = createCommandCodec()
  const key = createDataKey(randomBytes(16).toString('hex'), randomBytes(32))
  const mac = randomBytes(32)
  return [...sentences(count)].map(({ content, author, runId }, i) => {
    const offset = first + i
    const [commandId, memoryId] = [benchUuid('command', offset), benchUuid('memory', offset)]
    const context = { ...scope, keyId: key.keyId, commandId, memoryId, type: 'Remember' as const }
    const secret = { content, metadata: {}, tags: [], author, runId, userId: null, agentId: null, subject: null }
    const value = codec.encode({
      type: 'Remember',
      commandId,
      memoryId,
      recordedAt: FIRST_AT + offset,
      principal: 'bench',
      keyId: key.keyId,
      requestHmac: mac,
      kind: 'episodic',
      occurredAt: FIRST_AT + offset,
      importance: 500,
      ttlSeconds: null,
      supersedes: null,
      links: [],
      // Each another, as contents are: they are looked up by it.
      contentHmac: createHash('sha256').update(memoryId).digest(),
      contentLength: content.length,
      sealed: key.seal(context, encodeSecret(secret)),
    })
    return { partition: BENCH_PARTITION, offset, key: partitionKey(scope), value, headers: {}, timestamp: 0 }
  })
}

/** A log that is in memory, so that reading it costs nothing. Offsets begin at 0 and have no gaps. */
export const logOf = (records: readonly LogRecord[]): LogReader => ({
  read: async (_partition: number, from: number, limit: ReadLimit) => records.slice(from, from + limit.records),
  end: async () => records.length,
})
