import { createHash } from 'node:crypto'
import type { Scope } from '../../domain/names.ts'
import type { OutcomeRow } from '../../domain/outcome.ts'
import { partitionKey, partitionOf } from '../../domain/partition.ts'
import { createRowOpener } from '../../infra/crypto/row-opener.ts'
import type { LogRecord } from '../../projections/ports/log-reader.ts'
import type { SealedMemory, WorkingMemoryFeed } from '../../projections/working-memory/working-memory-source.ts'
import { createCommandCodec } from '../../schemas/command-codec.ts'
import { encodeSecret } from '../../schemas/secret-codec.ts'
import { TestDataKeys } from '../support/test-data-keys.ts'
import { sentences } from './http-texts.ts'
import { BENCH_PARTITION, BENCH_SCOPE, benchUuid } from './store-rows.ts'

const START = 1_700_000_000_000
const GENERATION = 'a1'.repeat(8)
const HMAC = new Uint8Array(32)
const DATA_SCHEMA = 2

/** Sealed memories of a few namespaces of one partition, what long-term memory made of them, and the keys. */
export interface BenchRecords {
  readonly records: readonly LogRecord[]
  readonly keys: TestDataKeys
  /** Long-term memory stands at the offset that this is set to. */
  readonly longTerm: { offset: number }
  readonly feed: WorkingMemoryFeed
}

type Row = SealedMemory & { readonly scope: Scope; readonly command: string }

export function benchRecords(total: number, namespaces: number): BenchRecords {
  const codec = createCommandCodec()
  const keys = new TestDataKeys()
  const scopes = scopesOf(namespaces)
  const records: LogRecord[] = []
  const outcomes: OutcomeRow[] = []
  const rows: Row[] = []
  for (const [offset, { content, author, runId }] of [...sentences(total)].entries()) {
    const scope = scopes[offset % namespaces]!
    const [commandId, memoryId] = [benchUuid('command', offset), benchUuid('memory', offset)]
    const keyId = createHash('md5').update(`${scope.namespace} ${author}`).digest('hex')
    const secret = { content, metadata: {}, tags: [], author, runId, userId: null, agentId: null, subject: null }
    const context = { ...scope, keyId, commandId, memoryId, type: 'Remember' as const }
    const sealed = keys.key(keyId).seal(context, encodeSecret(secret))
    const envelope = { commandId, recordedAt: START + offset, principal: 'bench', keyId, requestHmac: HMAC }
    const value = codec.encode({
      type: 'Remember',
      ...envelope,
      memoryId,
      kind: 'episodic',
      occurredAt: START + offset,
      importance: 500,
      ttlSeconds: null,
      supersedes: null,
      links: [],
      contentHmac: HMAC,
      contentLength: content.length,
      sealed,
    })
    records.push({ partition: BENCH_PARTITION, offset, key: partitionKey(scope), value, headers: {}, timestamp: 0 })
    outcomes.push({
      ...scope,
      partition: BENCH_PARTITION,
      offset,
      commandId,
      commandType: 'Remember',
      memoryId,
      requestHmac: HMAC,
      knownAt: START + offset,
      outcome: { status: 'stored' },
    })
    rows.push({ scope, command: commandId, memoryId, commandId, offset, keyId, dataSchema: DATA_SCHEMA, sealed })
  }
  const longTerm = { offset: -1 }
  return { records, keys, longTerm, feed: feedOf(keys, outcomes, rows, longTerm) }
}

function feedOf(
  keys: TestDataKeys,
  outcomes: readonly OutcomeRow[],
  rows: readonly Row[],
  longTerm: { readonly offset: number },
): WorkingMemoryFeed {
  const opener = createRowOpener(keys)
  const checkpoint = async () => ({
    foldVersion: 1,
    generation: GENERATION,
    offset: longTerm.offset,
    lastCommandId: rows[longTerm.offset]?.command ?? null,
    knownTime: START + longTerm.offset,
  })
  return {
    checkpoint,
    outcomes: async (_, after, upTo) => outcomes.slice(after + 1, upTo + 1),
    async liveRows({ namespace }, _, limit) {
      const live = rows.slice(0, longTerm.offset + 1).filter(({ scope }) => scope.namespace === namespace)
      const memories = live.map(({ memoryId, offset, keyId }) => ({
        memoryId,
        offset,
        keyId,
        importance: 500,
        rehearsals: 1,
        knownAt: START + offset,
      }))
      return { checkpoint: await checkpoint(), memories, newest: live.slice(-limit) }
    },
    keyStates: async (keyIds) => keyIds.map(() => 'present' as const),
    async open(scope, memories) {
      const sealed = memories.map((memory) => ({ ...scope, ...memory }))
      await opener.prepare(sealed)
      return sealed.map((row) => opener.openNow(row))
    },
  }
}

function scopesOf(count: number): readonly Scope[] {
  const scopes: Scope[] = []
  for (let n = 0; scopes.length < count; n++) {
    const scope = { tenant: BENCH_SCOPE.tenant, namespace: `bench-${n}` }
    if (partitionOf(partitionKey(scope)) === BENCH_PARTITION) scopes.push(scope)
  }
  return scopes
}
