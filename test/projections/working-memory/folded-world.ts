import type { Command } from '../../../domain/command.ts'
import { isLive, type MemoryRow } from '../../../domain/memory.ts'
import { type Scope, scopeKey } from '../../../domain/names.ts'
import { partitionKey } from '../../../domain/partition.ts'
import { createRowOpener } from '../../../infra/crypto/row-opener.ts'
import { createLongTermProjection } from '../../../projections/long-term/long-term-projection.ts'
import type { LogReader, LogRecord, ReadLimit } from '../../../projections/ports/log-reader.ts'
import type { SealedMemory, WorkingMemoryFeed } from '../../../projections/working-memory/working-memory-source.ts'
import { createCommandCodec } from '../../../schemas/command-codec.ts'
import { encodeSecret } from '../../../schemas/secret-codec.ts'
import { uuidOf } from '../../contract/long-term-rows.ts'
import { keyIdOf, PARTITION } from '../../contract/working-memory-states.ts'
import { InMemoryLongTermStore } from '../../support/in-memory-long-term-store.ts'
import { TestDataKeys } from '../../support/test-data-keys.ts'

type Change = Exclude<Command, { readonly type: 'Genesis' }>
type Body<C extends Change = Change> = C extends Change
  ? Omit<C, 'commandId' | 'recordedAt' | 'principal' | 'keyId' | 'requestHmac'>
  : never

export interface Note {
  readonly content: string
  readonly importance?: number
  readonly keyId?: string
  readonly supersedes?: string | null
}

const HMAC = new Uint8Array(32)
const START = Date.UTC(2026, 0, 1)
const GENESIS: Command = {
  type: 'Genesis',
  commandId: uuidOf('genesis'),
  recordedAt: START,
  generation: 'a1'.repeat(8),
}

/**
 * One partition as it is in a cluster, in one process: a log of real records, sealed under real keys, and long-term memory
 * folded from it by the real fold, as far as a test says.
 */
export class FoldedWorld implements LogReader {
  readonly keys = new TestDataKeys()
  readonly codec = createCommandCodec()
  readonly longTerm = new InMemoryLongTermStore()
  readonly records: LogRecord[] = []
  /** Memories of a namespace in the order they were written. */
  readonly written = new Map<string, string[]>()
  readonly #projection = createLongTermProjection(this.longTerm, this.codec)
  readonly #opener = createRowOpener(this.keys)
  #now = START

  constructor(scope: Scope) {
    this.#append(scope, GENESIS)
  }

  get head(): number {
    return this.records.length - 1
  }

  remember(scope: Scope, { content, importance = 500, keyId = keyIdOf('k0'), supersedes = null }: Note): string {
    const offset = this.records.length
    const [memoryId, commandId] = [uuidOf(`memory ${offset}`), uuidOf(`command ${offset}`)]
    const secret = {
      content,
      metadata: {},
      tags: [],
      author: null,
      runId: null,
      userId: null,
      agentId: null,
      subject: null,
    }
    const context = { ...scope, keyId, commandId, memoryId, type: 'Remember' as const }
    this.#append(scope, {
      ...this.#envelope(commandId, keyId),
      type: 'Remember',
      memoryId,
      kind: 'episodic',
      occurredAt: this.#now,
      importance,
      ttlSeconds: null,
      supersedes,
      links: [],
      contentHmac: HMAC,
      contentLength: content.length,
      sealed: this.keys.key(keyId).seal(context, encodeSecret(secret)),
    })
    const written = this.written.get(scopeKey(scope)) ?? []
    this.written.set(scopeKey(scope), [...written, memoryId])
    return memoryId
  }

  change(scope: Scope, body: Body<Exclude<Change, { readonly type: 'Remember' }>>): void {
    this.#append(scope, { ...this.#envelope(uuidOf(`command ${this.records.length}`), keyIdOf('k0')), ...body })
  }

  /** The same record once more, as a retry brings it. */
  repeat(offset: number): void {
    const record = this.records[offset]
    if (record !== undefined && offset > 0) this.records.push({ ...record, offset: this.records.length })
  }

  appendBytes(scope: Scope, value: Uint8Array): void {
    const offset = this.records.length
    this.records.push({ partition: PARTITION, offset, key: partitionKey(scope), value, headers: {}, timestamp: 0 })
  }

  /** Long-term memory folds up to `offset`. */
  async foldLongTerm(offset = this.head): Promise<void> {
    const from = await this.longTerm.checkpoint(PARTITION)
    const due = this.records.slice(from.offset + 1, offset + 1)
    if (due.length === 0) return
    const { outcome } = await this.#projection.fold(PARTITION, from, due)
    if (outcome !== 'moved') throw new Error(`Long-term memory answered ${outcome}`)
  }

  async read(_partition: number, from: number, limit: ReadLimit): Promise<readonly LogRecord[]> {
    return this.records.slice(from, from + limit.records)
  }

  async end(): Promise<number> {
    return this.records.length
  }

  readonly feed: WorkingMemoryFeed = {
    checkpoint: (partition) => this.longTerm.checkpoint(partition),
    outcomes: async (_, after, upTo) => this.longTerm.outcomes.filter(({ offset }) => offset > after && offset <= upTo),
    liveRows: async (scope, exceptKeys, limit) => {
      const live = [...this.longTerm.memories.values()].filter(
        (row) => scopeKey(row) === scopeKey(scope) && isLive(row) && !exceptKeys.includes(row.keyId),
      )
      const newest = live.toSorted((a, b) => b.offset - a.offset).slice(0, limit)
      const checkpoint = await this.longTerm.checkpoint(PARTITION)
      return { checkpoint, memories: live, newest: newest.map(sealedOf) }
    },
    keyStates: async (keyIds) =>
      keyIds.map((keyId) => {
        const { found } = this.keys.lookUp(keyId)
        return found === 'key' ? 'present' : found
      }),
    open: async (scope, memories) => {
      const rows = memories.map((memory) => ({ ...scope, ...memory }))
      await this.#opener.prepare(rows)
      return rows.map((row) => this.#opener.openNow(row))
    },
  }

  #envelope(commandId: string, keyId: string) {
    this.#now += 1
    return { commandId, recordedAt: this.#now, principal: 'tester', keyId, requestHmac: HMAC }
  }

  #append(scope: Scope, command: Command): void {
    this.appendBytes(scope, this.codec.encode(command))
  }
}

const sealedOf = ({ memoryId, offset, commandId, keyId, dataSchema, sealed }: MemoryRow): SealedMemory => ({
  memoryId,
  offset,
  commandId,
  keyId,
  dataSchema,
  sealed: sealed!,
})
