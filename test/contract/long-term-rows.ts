import { createHash } from 'node:crypto'
import type { Checkpoint } from '../../domain/checkpoint.ts'
import type { LongTermChanges } from '../../domain/long-term/changes.ts'
import type { LinkRow, MemoryRow, NamespaceRow } from '../../domain/memory.ts'
import type { Scope } from '../../domain/names.ts'
import type { OutcomeRow } from '../../domain/outcome.ts'
import { partitionKey, partitionOf } from '../../domain/partition.ts'

export const ACME: Scope = { tenant: 'acme', namespace: 'default' }
export const PARTITION = partitionOf(partitionKey(ACME))

/** The same id for the same label, in every run. */
export function uuidOf(label: string): string {
  const hex = createHash('sha256').update(label).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}

const bytesOf = (label: string, length: number): Uint8Array =>
  new Uint8Array(Buffer.alloc(length, createHash('sha256').update(label).digest()))

/** The memory that the `Remember` at `offset` of the scope's partition comes to. */
export function memoryAt(offset: number, fields: Partial<MemoryRow> = {}): MemoryRow {
  const scope = { tenant: fields.tenant ?? ACME.tenant, namespace: fields.namespace ?? ACME.namespace }
  const partition = partitionOf(partitionKey(scope))
  const label = `${partition}/${offset}`
  return {
    ...scope,
    partition,
    offset,
    memoryId: uuidOf(`memory ${label}`),
    commandId: uuidOf(`command ${label}`),
    keyId: createHash('md5').update(label).digest('hex'),
    kind: 'episodic',
    occurredAt: -86_400_000,
    recordedAt: 1_760_000_000_000 + offset,
    knownAt: 1_760_000_000_001 + offset,
    importance: 500,
    principal: 'client-ü',
    supersedes: null,
    supersededBy: null,
    rehearsals: 1,
    intervals: [{ knownFrom: 1_760_000_000_001 + offset, knownTo: null, validTo: null }],
    changed: offset,
    contentHmac: bytesOf(`content ${label}`, 32),
    contentLength: 12,
    dataSchema: 2,
    sealed: bytesOf(`sealed ${label}`, 100),
    ...fields,
  }
}

export function outcomeAt(offset: number, fields: Partial<OutcomeRow> = {}): OutcomeRow {
  const { tenant, namespace, partition, memoryId, commandId, knownAt } = memoryAt(offset, {
    tenant: fields.tenant ?? ACME.tenant,
    namespace: fields.namespace ?? ACME.namespace,
  })
  return {
    tenant,
    namespace,
    partition,
    offset,
    commandId,
    commandType: 'Remember',
    memoryId,
    requestHmac: bytesOf(`request ${offset}`, 32),
    knownAt,
    outcome: { status: 'stored' },
    ...fields,
  }
}

export const linkBetween = (from: string, rel: string, to: string, fields: Partial<LinkRow> = {}): LinkRow => ({
  ...ACME,
  from,
  rel,
  to,
  intervals: [{ knownFrom: 5, knownTo: null, validTo: null }],
  changed: 0,
  ...fields,
})

export const namespaceRow = (fields: Partial<NamespaceRow> = {}): NamespaceRow => {
  const scope = { tenant: fields.tenant ?? ACME.tenant, namespace: fields.namespace ?? ACME.namespace }
  return {
    ...scope,
    partition: partitionOf(partitionKey(scope)),
    live: 1,
    total: 2,
    language: 'en',
    profile: 'auto',
    firstKnownAt: 1_760_000_000_000,
    lastKnownAt: 1_760_000_000_500,
    ...fields,
  }
}

export const NO_CHANGES: LongTermChanges = { memories: [], links: [], namespaces: [], outcomes: [], deadLetters: [] }

/** What folding the memories at `offsets` comes to. */
export const remembered = (offsets: readonly number[]): LongTermChanges => ({
  ...NO_CHANGES,
  memories: offsets.map((offset) => memoryAt(offset)),
  outcomes: offsets.map((offset) => outcomeAt(offset)),
})

/** The checkpoint of a partition folded up to `offset`, in the log that `log` names. */
export const checkpointAt = (before: Checkpoint, offset: number, log = 'log'): Checkpoint => ({
  foldVersion: before.foldVersion,
  generation: createHash('sha256').update(log).digest('hex').slice(0, 16),
  offset,
  lastCommandId: uuidOf(`${log} command at ${offset}`),
  knownTime: 1_760_000_000_000 + offset,
})
