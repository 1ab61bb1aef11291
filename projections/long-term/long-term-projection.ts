import type { Checkpoint } from '../../domain/checkpoint.ts'
import type { DeadLetter } from '../../domain/long-term/changes.ts'
import { foldLongTerm, LONG_TERM_FOLD_VERSION } from '../../domain/long-term/fold.ts'
import type { FoldEntry } from '../../domain/long-term/fold-entry.ts'
import { needsOf } from '../../domain/long-term/needs.ts'
import { scopeOfKey } from '../../domain/partition.ts'
import { sameBytes } from '../../domain/same-bytes.ts'
import type { CommandCodec } from '../../schemas/command-codec.ts'
import { isBug } from '../is-bug.ts'
import type { LogRecord } from '../ports/log-reader.ts'
import type { LongTermStore } from '../ports/long-term-store.ts'
import type { FoldResult, Projection } from '../projection.ts'

/** More unreadable records in a row than this are no accident of single records. */
const MAX_DEAD_LETTERS_IN_A_ROW = 100

interface Prepared {
  readonly entries: readonly FoldEntry[]
  readonly deadLetters: readonly DeadLetter[]
  readonly to: Checkpoint
  /** Why the batch was cut short, when it was. */
  readonly cut: FoldResult | null
}

/** Long-term memory: envelopes and sealed bytes into rows. It needs no key. */
export function createLongTermProjection(store: LongTermStore, codec: CommandCodec): Projection {
  return {
    name: 'long-term',
    checkpoint: (partition) => store.checkpoint(partition),
    commandIdOf(record) {
      const decoded = codec.decode(record.value)
      return decoded.ok ? decoded.value.commandId : null
    },
    async fold(partition, from, records) {
      if (from.foldVersion !== LONG_TERM_FOLD_VERSION) return { outcome: 'other-version', checkpoint: from }
      const { entries, deadLetters, to, cut } = prepare(codec, from, records)
      if (cut !== null && (to.offset === from.offset || cut.outcome === 'too-many-dead-letters')) return cut
      try {
        const state = await store.load(needsOf(entries))
        const changes = foldLongTerm(state, entries)
        const move = await store.move(partition, from, to, { ...changes, deadLetters })
        return move.outcome === 'moved' ? { outcome: 'moved', checkpoint: to, deadLetters: deadLetters.length } : move
      } catch (error) {
        if (isBug(error)) throw error
        return { outcome: 'store-down', cause: error as Error }
      }
    },
  }
}

/** Decodes a batch as far as this build can read it, with the known time of each record. */
function prepare(codec: CommandCodec, from: Checkpoint, records: readonly LogRecord[]): Prepared {
  const entries: FoldEntry[] = []
  const deadLetters: DeadLetter[] = []
  let { generation, knownTime, offset, lastCommandId } = from
  let unreadable = 0
  let cut: FoldResult | null = null
  const scopeOf = rememberingScopes()
  for (const record of records) {
    const decoded = codec.decode(record.value)
    if (!decoded.ok && decoded.reason === 'unknown-schema') {
      cut = { outcome: 'unknown-schema', offset: record.offset, number: decoded.number }
      break
    }
    const scope = scopeOf(record.key)
    if (decoded.ok && decoded.value.type === 'Genesis') {
      generation = decoded.value.generation
    } else if (!decoded.ok || scope === null) {
      unreadable += 1
      if (unreadable > MAX_DEAD_LETTERS_IN_A_ROW) {
        cut = { outcome: 'too-many-dead-letters', offset: record.offset }
        break
      }
      deadLetters.push(deadLetterOf(record, decoded.ok ? 'the key names no tenant and namespace' : decoded.detail))
      ;({ offset } = record)
      lastCommandId = null
      continue
    }
    unreadable = 0
    const command = decoded.value
    knownTime = Math.max(knownTime, command.recordedAt)
    ;({ offset } = record)
    lastCommandId = command.commandId
    if (command.type === 'Genesis' || scope === null) continue
    const { partition } = record
    entries.push({ scope, partition, offset, command, dataSchema: decoded.entry.number, knownAt: knownTime })
  }
  const to = { foldVersion: from.foldVersion, generation, offset, lastCommandId, knownTime }
  return { entries, deadLetters, to, cut }
}

/** The scope that a key names. Neighbours in a partition mostly share theirs, which is then taken apart once. */
function rememberingScopes(): typeof scopeOfKey {
  let key: Uint8Array | null = null
  let scope: ReturnType<typeof scopeOfKey> = null
  return (next) => {
    if (key === null || !sameBytes(key, next)) scope = scopeOfKey(next)
    key = next
    return scope
  }
}

const deadLetterOf = (record: LogRecord, reason: string): DeadLetter => ({
  partition: record.partition,
  offset: record.offset,
  key: record.key,
  value: record.value,
  reason,
})
