import { createHash } from 'node:crypto'
import type { MemoryRow } from '../../domain/memory.ts'
import type { OutcomeRow } from '../../domain/outcome.ts'
import { partitionKey, partitionOf } from '../../domain/partition.ts'

/** 16 bytes that look random and are the same in every run. */
const idBytes = (label: string, n: number): Buffer =>
  createHash('sha256').update(`${label} ${n}`).digest().subarray(0, 16)

export function benchUuid(label: string, n: number): string {
  const hex = idBytes(label, n).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

export const BENCH_SCOPE = { tenant: 'bench', namespace: 'default' }
export const BENCH_PARTITION = partitionOf(partitionKey(BENCH_SCOPE))

/** The memory that the `Remember` at offset `n` comes to, with a sealed part of `sealedBytes`. */
export function benchMemory(n: number, sealedBytes: number): MemoryRow {
  const sealed = Buffer.alloc(sealedBytes, idBytes('sealed', n))
  const at = 1_700_000_000_000 + n * 1_000
  return {
    ...BENCH_SCOPE,
    memoryId: benchUuid('memory', n),
    commandId: benchUuid('command', n),
    partition: BENCH_PARTITION,
    offset: n,
    keyId: idBytes('key', n % 100).toString('hex'),
    kind: 'episodic',
    occurredAt: at,
    recordedAt: at,
    knownAt: at,
    importance: 500,
    principal: 'bench-client',
    supersedes: null,
    supersededBy: null,
    rehearsals: 1,
    intervals: [{ knownFrom: at, knownTo: null, validTo: null }],
    changed: n,
    contentHmac: Buffer.alloc(32, idBytes('content', n)),
    contentLength: 900,
    dataSchema: 2,
    sealed,
  }
}

export function benchOutcome(n: number): OutcomeRow {
  return {
    ...BENCH_SCOPE,
    partition: BENCH_PARTITION,
    offset: n,
    commandId: benchUuid('command', n),
    commandType: 'Remember',
    memoryId: benchUuid('memory', n),
    requestHmac: Buffer.alloc(32, idBytes('request', n)),
    knownAt: 1_700_000_000_000 + n * 1_000,
    outcome: { status: 'stored' },
  }
}
