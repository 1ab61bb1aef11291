import type { Command } from '../../../domain/command.ts'
import { encode } from '../../../domain/encoding/encode.ts'
import { foldLongTerm } from '../../../domain/long-term/fold.ts'
import { needsOf } from '../../../domain/long-term/needs.ts'
import { isLive, type MemoryRow, type NamespaceRow } from '../../../domain/memory.ts'
import type { OutcomeRow } from '../../../domain/outcome.ts'
import { partitionKey, partitionOf } from '../../../domain/partition.ts'
import { eventOf, type FoldedRecord, type WorkingMemoryEvent } from '../../../domain/working-memory/event.ts'
import { seedWorkingMemory } from '../../../domain/working-memory/seed.ts'
import type { Factor, WorkingMemory } from '../../../domain/working-memory/working-memory.ts'

export const SCOPE = { tenant: 'acme', namespace: 'default' }
export const PARTITION = partitionOf(partitionKey(SCOPE))
export const DATA_SCHEMA = 1
const HMAC = new Uint8Array(32)
const START = Date.UTC(2026, 0, 1)

export interface NewMemory {
  readonly content: string
  readonly importance?: number
  readonly keyId?: string
  readonly supersedes?: string | null
  /** Milliseconds after the record before. */
  readonly later?: number
}

type Entry = FoldedRecord | { readonly offset: number; readonly erasedKey: string }
type Body = { readonly type: Command['type'] } & Record<string, unknown>

/**
 * One namespace as the long-term fold itself makes it, with contents in clear in place of sealed bytes. Erasure has no
 * command yet: it is recorded as what it does, tombstones under a destroyed key.
 */
export class SimulatedNamespace {
  readonly rows = new Map<string, MemoryRow>()
  readonly destroyedKeys = new Set<string>()
  readonly entries: Entry[] = []
  /** Offset of the last record of the partition. */
  offset = -1
  #outcomes: OutcomeRow[] = []
  #namespaces: readonly NamespaceRow[] = []
  #now = START

  remember({ content, importance = 500, keyId = 'k0', supersedes = null, later = 1 }: NewMemory): string {
    this.#now += later
    const memoryId = `m${this.offset + 1}`
    const sealed = Buffer.from(content)
    const rest = { kind: 'episodic', occurredAt: this.#now, ttlSeconds: null, links: [], contentHmac: HMAC, sealed }
    this.#append({
      type: 'Remember',
      memoryId,
      keyId,
      importance,
      supersedes,
      contentLength: content.length,
      ...rest,
    })
    return memoryId
  }

  forget(...memoryIds: readonly string[]): void {
    this.#append({ type: 'Forget', memoryIds })
  }

  restore(...memoryIds: readonly string[]): void {
    this.#append({ type: 'Restore', memoryIds })
  }

  reinforce(memoryId: string, useful = true): void {
    this.#append({ type: 'Reinforce', memoryId, useful })
  }

  /** Records of other namespaces of the partition. */
  skip(count: number): void {
    this.offset += count
  }

  /** The same record once more, as a retry brings it: a duplicate. */
  repeat(index: number): void {
    const entry = this.entries[index]
    if (entry !== undefined && 'command' in entry) this.#fold(entry.command)
  }

  erase(keyId: string): void {
    this.destroyedKeys.add(keyId)
    this.offset += 1
    for (const row of this.rows.values()) if (row.keyId === keyId) this.rows.set(row.memoryId, { ...row, sealed: null })
    this.entries.push({ offset: this.offset, erasedKey: keyId })
  }

  live(): MemoryRow[] {
    return [...this.rows.values()].filter((row) => isLive(row) && !this.destroyedKeys.has(row.keyId))
  }

  /** What the definition makes of the live rows of now. */
  seed(): WorkingMemory {
    const live = this.live()
    return seedWorkingMemory(this.offset, live, live.flatMap(exposureOf))
  }

  /** Events as a projector meets them now: a `Remember` under a key that was destroyed since is a tombstone. */
  events(from: number, to: number): readonly WorkingMemoryEvent[] {
    const due = this.entries.filter(({ offset }) => offset >= from && offset <= to)
    return due.map((entry) => {
      if ('erasedKey' in entry) return { type: 'erased', offset: entry.offset, keyIds: [entry.erasedKey] }
      if (entry.command.type !== 'Remember') return eventOf(entry, null)
      const { keyId, sealed } = entry.command
      return eventOf(entry, this.destroyedKeys.has(keyId) ? 'tombstone' : { content: Buffer.from(sealed).toString() })
    })
  }

  #append(body: Body): void {
    this.#now += 1
    const commandId = `c${this.offset + 1}`
    const envelope = { commandId, recordedAt: this.#now, principal: 'tester', keyId: 'k0', requestHmac: HMAC }
    // The bodies above are complete commands; spelling out each type here would say them twice.
    this.#fold({ ...envelope, ...body } as Command)
  }

  #fold(command: Command): void {
    if (command.type === 'Genesis') throw new Error('A namespace has no Genesis')
    this.offset += 1
    const entry = {
      scope: SCOPE,
      partition: PARTITION,
      offset: this.offset,
      command,
      dataSchema: 1,
      knownAt: this.#now,
    }
    const needs = needsOf([entry])
    const changes = foldLongTerm(
      {
        outcomes: this.#outcomes.filter(({ commandId }) => needs.commandIds.includes(commandId)),
        memories: needs.memoryIds.flatMap((id) => this.rows.get(id) ?? []),
        links: [],
        namespaces: this.#namespaces,
      },
      [entry],
    )
    for (const row of changes.memories) this.rows.set(row.memoryId, row)
    if (changes.namespaces.length > 0) this.#namespaces = changes.namespaces
    this.#outcomes.push(...changes.outcomes)
    this.entries.push({ offset: this.offset, knownAt: this.#now, command, outcome: changes.outcomes[0]!.outcome })
  }
}

export function exposureOf({ memoryId, offset, keyId, sealed }: MemoryRow): readonly Factor[] {
  const sums = encode(Buffer.from(sealed!).toString())
  return sums === null ? [] : [{ memoryId, offset, keyId, sums }]
}
