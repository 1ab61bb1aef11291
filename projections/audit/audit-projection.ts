import type { AuditEntry } from '../../domain/audit/audit-entry.ts'
import type { AuditedTopic } from '../../domain/audit/audit-topics.ts'
import { chainNext } from '../../domain/audit/chain.ts'
import { isBug } from '../is-bug.ts'
import type { LogRecord } from '../ports/log-reader.ts'
import type { FoldResult, Projection } from '../projection.ts'
import type { AuditCheckpoint, AuditStore } from './ports/audit-store.ts'
import type { ReadAuditedRecord } from './read-audited-record.ts'

/** Another version makes other rows: the table is made anew. */
export const AUDIT_FOLD_VERSION = 1

export interface AuditProjectionDeps {
  readonly topic: AuditedTopic
  readonly store: AuditStore
  readonly read: ReadAuditedRecord
  /** Told of what was chained, after it is in the table. */
  readonly chained: (partition: number, checkpoint: AuditCheckpoint) => void
}

/** Chains the records of an audited topic into the audit table. It needs no key. */
export function createAuditProjection({ topic, store, read, chained }: AuditProjectionDeps): Projection {
  return {
    name: `audit-${topic}`,
    checkpoint: (partition) => store.checkpoint({ topic, partition }),
    commandIdOf(record) {
      const audited = read(record)
      return audited.ok ? audited.entry.id : null
    },
    async fold(partition, from, records) {
      if (from.foldVersion !== AUDIT_FOLD_VERSION) return { outcome: 'other-version', checkpoint: from }
      try {
        // What was folded last stands in the store, with the chain; a checkpoint elsewhere is adopted.
        const stored = await store.checkpoint({ topic, partition })
        if (stored.offset !== from.offset) {
          return { outcome: stored.offset > from.offset ? 'already-applied' : 'behind', checkpoint: stored }
        }
        const { to, entries, cut } = chain(topic, stored, records, read)
        if (cut !== null && entries.length === 0) return cut
        const move = await store.move({ topic, partition }, stored, to, entries)
        if (move.outcome !== 'moved') return move
        chained(partition, to)
        return { outcome: 'moved', checkpoint: to, deadLetters: 0 }
      } catch (error) {
        if (isBug(error)) throw error
        return { outcome: 'store-down', cause: error as Error }
      }
    },
  }
}

interface Chained {
  readonly to: AuditCheckpoint
  readonly entries: readonly AuditEntry[]
  /** Why the batch was cut short, when it was. */
  readonly cut: FoldResult | null
}

function chain(
  topic: AuditedTopic,
  from: AuditCheckpoint,
  records: readonly LogRecord[],
  read: ReadAuditedRecord,
): Chained {
  const entries: AuditEntry[] = []
  let { chain: value, generation, offset, lastCommandId, knownTime } = from
  let cut: FoldResult | null = null
  for (const record of records) {
    const audited = read(record)
    if (!audited.ok) {
      cut = { outcome: 'unknown-schema', offset: record.offset, number: audited.number }
      break
    }
    value = chainNext(value, record)
    ;({ offset } = record)
    generation = audited.generation ?? generation
    lastCommandId = audited.entry.id
    knownTime = Math.max(knownTime, audited.entry.at)
    entries.push({ topic, partition: record.partition, offset, chain: value, ...audited.entry })
  }
  const to = {
    foldVersion: from.foldVersion,
    generation,
    offset,
    lastCommandId,
    knownTime,
    chain: value,
    entries: from.entries + entries.length,
  }
  return { to, entries, cut }
}
