import type { Checkpoint } from '../../../domain/checkpoint.ts'
import type { Command } from '../../../domain/command.ts'
import type { LongTermState } from '../../../domain/long-term/changes.ts'
import { foldLongTerm, LONG_TERM_FOLD_VERSION } from '../../../domain/long-term/fold.ts'
import type { FoldEntry } from '../../../domain/long-term/fold-entry.ts'
import { linkKey, needsOf } from '../../../domain/long-term/needs.ts'
import type { LinkRow, MemoryRow, NamespaceRow } from '../../../domain/memory.ts'
import { type Scope, scopeKey } from '../../../domain/names.ts'
import type { OutcomeRow } from '../../../domain/outcome.ts'
import { PARTITIONS, partitionKey, partitionOf } from '../../../domain/partition.ts'
import { encodePosition } from '../../../domain/position.ts'
import type { ChangeCursor, ChangePage, LongTermReader } from '../../../query-api/ports/long-term-reader.ts'
import type { Progress } from '../../../query-api/ports/progress.ts'
import { InMemoryErasures } from '../../support/in-memory-erasures.ts'
import { neededMemories } from '../../support/needed-memories.ts'

type Change = Exclude<Command, { type: 'Genesis' }>
type Entry = FoldEntry | { readonly genesis: string }

export const FIRST_GENERATION = '00000000000000a1'

/**
 * A log and its long-term memory in one process, folded by the real fold, when and as far as a test says. It is the
 * reader, and the progress, of the query side; `fault` makes every read reject.
 */
export class FoldedLog implements LongTermReader, Progress {
  fault: Error | null = null
  foldVersion = LONG_TERM_FOLD_VERSION
  /** Pages read so far. */
  pages = 0
  /** Called before each page is read: a test writes, folds or waits in between. */
  beforePage: () => Promise<void> = async () => {}
  readonly #autoFold: boolean
  readonly #log: Entry[][] = Array.from({ length: PARTITIONS }, () => [{ genesis: FIRST_GENERATION }])
  readonly #folded: number[] = Array.from({ length: PARTITIONS }, () => -1)
  readonly #memories = new Map<string, MemoryRow>()
  readonly #erased = new InMemoryErasures(this.#memories)
  readonly #links = new Map<string, LinkRow>()
  readonly #namespaces = new Map<string, NamespaceRow>()
  readonly #outcomes = new Map<string, OutcomeRow>()
  #waits: Array<{ partition: number; offset: number; done: (folded: boolean) => void }> = []

  constructor({ autoFold = true }: { readonly autoFold?: boolean } = {}) {
    this.#autoFold = autoFold
    if (autoFold) for (let partition = 0; partition < PARTITIONS; partition += 1) this.fold(partition)
  }

  /** Appends and, unless told otherwise, folds. Returns the position as a client gets it. */
  append(scope: Scope, command: Change): string {
    const partition = partitionOf(partitionKey(scope))
    const log = this.#log[partition]!
    const before = log.at(-1)!
    const knownAt = Math.max(command.recordedAt, 'genesis' in before ? 0 : before.knownAt)
    log.push({ scope, partition, offset: log.length, command, dataSchema: 1, knownAt })
    if (this.#autoFold) this.fold(partition)
    return this.positionText(partition, log.length - 1)
  }

  /** Folds records of a partition: all, or up to `until`. */
  fold(partition: number, until = this.head(partition)): void {
    for (const entry of this.#log[partition]!.slice(this.#folded[partition]! + 1, until + 1)) {
      if (!('genesis' in entry)) this.#foldOne(entry)
    }
    this.#folded[partition] = Math.max(until, this.#folded[partition]!)
    const met = this.#waits.filter((wait) => this.folded(wait.partition) >= wait.offset)
    this.#waits = this.#waits.filter((wait) => !met.includes(wait))
    for (const wait of met) wait.done(true)
  }

  /** The commands of a partition from `from` to what is folded. */
  foldedFrom(partition: number, from: number): readonly FoldEntry[] {
    const entries = this.#log[partition]!.slice(from, this.folded(partition) + 1)
    return entries.filter((entry): entry is FoldEntry => !('genesis' in entry))
  }

  /** The state is lost: everything is folded again, as far as a test then says. */
  loseState(): void {
    this.#folded.fill(-1)
    for (const rows of [this.#memories, this.#links, this.#namespaces, this.#outcomes]) rows.clear()
    this.#erased.clear()
  }

  /** The log was cut after `offset` and restored: another generation begins. */
  restoreLog(partition: number, offset: number, generation: string): void {
    this.#log[partition]!.splice(offset + 1)
    this.#log[partition]!.push({ genesis: generation })
    this.loseState()
  }

  positionText(partition: number, offset: number): string {
    return encodePosition({ generation: this.generationOf(partition, offset) ?? FIRST_GENERATION, partition, offset })
  }

  generationOf(partition: number, offset: number): string | null {
    const log = this.#log[partition]!
    if (offset < 0 || offset >= log.length) return null
    const genesis = log.slice(0, offset + 1).findLast((entry) => 'genesis' in entry)
    return genesis !== undefined && 'genesis' in genesis ? genesis.genesis : null
  }

  latestHead(partition: number): Promise<number> {
    return Promise.resolve(this.head(partition))
  }

  logAnswers(): boolean {
    return true
  }

  head(partition: number): number {
    return this.#log[partition]!.length - 1
  }

  folded(partition: number): number {
    return this.#folded[partition]!
  }

  waitForFold(partition: number, offset: number, timeoutMs: number): Promise<boolean> {
    if (this.folded(partition) >= offset) return Promise.resolve(true)
    return new Promise((resolve) => {
      const timer = setTimeout(() => done(false), timeoutMs)
      const done = (folded: boolean) => {
        clearTimeout(timer)
        this.#waits = this.#waits.filter((wait) => wait.done !== done)
        resolve(folded)
      }
      this.#waits.push({ partition, offset, done })
    })
  }

  async checkpoint(partition: number): Promise<Checkpoint> {
    this.#mayFail()
    const offset = this.folded(partition)
    const last = this.#log[partition]![offset]
    const isCommand = last !== undefined && !('genesis' in last)
    return {
      foldVersion: this.foldVersion,
      generation: this.generationOf(partition, offset) ?? '',
      offset,
      lastCommandId: isCommand ? last.command.commandId : null,
      knownTime: isCommand ? last.knownAt : 0,
    }
  }

  async changes(scope: Scope, since: ChangeCursor, limit: number): Promise<ChangePage> {
    this.pages += 1
    await this.beforePage()
    const beyond = this.rows(scope)
      .filter((row) => compare(row, since) > 0)
      .sort(compare)
    return {
      checkpoint: await this.checkpoint(partitionOf(partitionKey(scope))),
      rows: beyond.slice(0, limit),
      more: beyond.length > limit,
    }
  }

  async memory(tenant: string, memoryId: string): Promise<MemoryRow | null> {
    this.#mayFail()
    const row = this.#memories.get(memoryId)
    return row?.tenant === tenant ? row : null
  }

  async memories(scope: Scope, memoryIds: readonly string[]): Promise<readonly MemoryRow[]> {
    this.#mayFail()
    return this.rows(scope).filter((row) => memoryIds.includes(row.memoryId))
  }

  async links(scope: Scope, memoryIds: readonly string[], most?: number): Promise<readonly LinkRow[]> {
    this.#mayFail()
    const all = [...this.#links.values()].filter((row) => scopeKey(row) === scopeKey(scope))
    const found = memoryIds.flatMap((id) => [
      ...all.filter(({ from }) => from === id).slice(0, most),
      ...all.filter(({ to }) => to === id).slice(0, most),
    ])
    return [...new Set(found)]
  }

  async namespaces(tenant: string): Promise<readonly NamespaceRow[]> {
    this.#mayFail()
    return [...this.#namespaces.values()].filter((row) => row.tenant === tenant)
  }

  async namespace(scope: Scope): Promise<NamespaceRow | null> {
    this.#mayFail()
    return this.#namespaces.get(scopeKey(scope)) ?? null
  }

  async outcome(tenant: string, commandId: string): Promise<OutcomeRow | null> {
    this.#mayFail()
    const row = this.#outcomes.get(commandId)
    return row?.tenant === tenant ? row : null
  }

  /** All rows of a namespace, as they stand. */
  rows(scope: Scope): MemoryRow[] {
    return [...this.#memories.values()].filter((row) => scopeKey(row) === scopeKey(scope))
  }

  #foldOne(entry: FoldEntry): void {
    const changes = foldLongTerm(this.#stateFor(entry), [entry])
    for (const row of changes.memories) this.#memories.set(row.memoryId, row)
    this.#erased.write(changes)
    for (const row of changes.links) this.#links.set(`${scopeKey(row)}/${linkKey(row)}`, row)
    for (const row of changes.namespaces) this.#namespaces.set(scopeKey(row), row)
    for (const row of changes.outcomes) if (!this.#outcomes.has(row.commandId)) this.#outcomes.set(row.commandId, row)
  }

  #stateFor(entry: FoldEntry): LongTermState {
    const needs = needsOf([entry])
    return {
      outcomes: needs.commandIds.flatMap((id) => this.#outcomes.get(id) ?? []),
      memories: neededMemories(needs, this.#memories),
      links: needs.links.flatMap((link) => this.#links.get(`${scopeKey(link)}/${linkKey(link)}`) ?? []),
      namespaces: needs.scopes.flatMap((scope) => this.#namespaces.get(scopeKey(scope)) ?? []),
      ...this.#erased.load(needs),
    }
  }

  #mayFail(): void {
    if (this.fault !== null) throw this.fault
  }
}

const compare = (a: ChangeCursor, b: ChangeCursor): number =>
  a.changed - b.changed || (a.memoryId < b.memoryId ? -1 : Number(a.memoryId > b.memoryId))
