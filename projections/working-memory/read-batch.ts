import type { Checkpoint } from '../../domain/checkpoint.ts'
import type { Command } from '../../domain/command.ts'
import type { Scope } from '../../domain/names.ts'
import type { OutcomeRow } from '../../domain/outcome.ts'
import { scopeOfKey } from '../../domain/partition.ts'
import type { CommandCodec } from '../../schemas/command-codec.ts'
import type { LogRecord } from '../ports/log-reader.ts'
import type { FoldResult } from '../projection.ts'
import type { SourceRecord } from './working-memory-source.ts'

/** A record as far as this build reads it; long-term memory set aside what has no command. */
export interface BatchEntry {
  readonly offset: number
  readonly scope: Scope | null
  readonly command: Command | null
  readonly dataSchema: number
}

/** `cut`: why the entries end before the records do, when they do. */
export interface Batch {
  readonly entries: readonly BatchEntry[]
  readonly cut: FoldResult | null
}

export function readBatch(codec: CommandCodec, records: readonly LogRecord[]): Batch {
  const entries: BatchEntry[] = []
  for (const { offset, key, value } of records) {
    const decoded = codec.decode(value)
    if (!decoded.ok && decoded.reason === 'unknown-schema') {
      return { entries, cut: { outcome: 'unknown-schema', offset, number: decoded.number } }
    }
    const scope = scopeOfKey(key)
    const readable = decoded.ok && (scope !== null || decoded.value.type === 'Genesis')
    if (readable) entries.push({ offset, scope, command: decoded.value, dataSchema: decoded.entry.number })
    else entries.push({ offset, scope: null, command: null, dataSchema: 0 })
  }
  return { entries, cut: null }
}

/** The checkpoint behind `entries`, the same that long-term memory comes to. */
export function checkpointBehind(from: Checkpoint, entries: readonly BatchEntry[]): Checkpoint {
  let { generation, knownTime, offset, lastCommandId } = from
  for (const entry of entries) {
    const { command } = entry
    ;({ offset } = entry)
    lastCommandId = command?.commandId ?? null
    if (command !== null) knownTime = Math.max(knownTime, command.recordedAt)
    if (command?.type === 'Genesis') ({ generation } = command)
  }
  return { foldVersion: from.foldVersion, generation, offset, lastCommandId, knownTime }
}

/** What an entry does to its namespace, with long-term memory's word on it; `null` when it leaves working memory as it is. */
export function effectOf(
  { offset, dataSchema }: BatchEntry,
  command: Command,
  { knownAt, outcome }: OutcomeRow,
): SourceRecord | null {
  const record = { offset, knownAt, command, outcome, dataSchema }
  if (outcome.status !== 'stored') return null
  switch (command.type) {
    case 'Remember':
    case 'Forget':
    case 'Restore':
    case 'Erase':
      return record
    case 'Reinforce':
      return command.useful ? record : null
    case 'Genesis':
    case 'Link':
    case 'Unlink':
    case 'Embed':
    case 'ConfigureNamespace':
    case 'Attest':
      return null
  }
}
