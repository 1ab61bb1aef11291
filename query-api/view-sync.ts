import type { Checkpoint } from '../domain/checkpoint.ts'
import type { RememberSecret } from '../domain/command.ts'
import type { MemoryRow } from '../domain/memory.ts'
import type { Scope } from '../domain/names.ts'
import { ProblemError } from '../domain/problem.ts'
import type { ChangeCursor, ChangePage, LongTermReader } from './ports/long-term-reader.ts'
import { KeysAwayError, type Opener } from './ports/opener.ts'
import type { Slices } from './turns.ts'
import type { ViewIndex } from './view-index.ts'

/**
 * What a catch-up came to. `behind`: the store is before what was read already (it is being folded again): wait.
 * `other-log`: another generation, fold version or last command: drop the index and load again. `key-missing`: a row
 * cannot be opened and is no tombstone; the next catch-up tries that row again. `keys-away`: the key store does not
 * answer in time for what has changed, of which nothing was put: the index stands where it stood.
 */
export type CatchUp =
  | { readonly outcome: 'caught-up'; readonly checkpoint: Checkpoint }
  | { readonly outcome: 'behind'; readonly offset: number }
  | { readonly outcome: 'other-log' }
  | { readonly outcome: 'key-missing'; readonly keyId: string }
  | { readonly outcome: 'keys-away'; readonly stands: Checkpoint; readonly fault: unknown }

/** Called for pages that bring rows. */
export interface CatchUpHooks {
  /** Before any of them is put: resolves when nobody reads the index any more. */
  settled(): Promise<unknown>
  /** When they are put: the index may have grown. */
  pageDone(): void
}

/** Below every memory id, so that (offset + 1, this) is the first place beyond `offset`. */
export const BEFORE_ALL_IDS = '00000000-0000-0000-0000-000000000000'

/** So few are worked on at once, without waiting for a turn. */
const FEW_ROWS = 32

const beyond = (offset: number): ChangeCursor => ({ changed: offset + 1, memoryId: BEFORE_ALL_IDS })

/**
 * Brings an index to a checkpoint of long-term memory by keyset pages over (changed, memory id). A row that changes
 * while pages are read comes again on a later page, so with the last page, and only then, the index is what the store
 * held at that page's checkpoint. A catch-up that fails keeps its place, and the next one goes on from there.
 */
export class ViewSync {
  /** Adopted: the index stands exactly here. `null` until the first catch-up has ended, and while another is halfway. */
  adopted: Checkpoint | null = null
  /** Rows put so far. */
  applied = 0
  /** Tombstones among them. */
  tombstones = 0
  readonly #scope: Scope
  readonly #reader: LongTermReader
  readonly #opener: Opener
  readonly #index: ViewIndex
  readonly #pageRows: number
  #seen: Checkpoint | null = null
  #cursor: ChangeCursor = beyond(-1)

  constructor(scope: Scope, reader: LongTermReader, opener: Opener, index: ViewIndex, pageRows: number) {
    this.#scope = scope
    this.#reader = reader
    this.#opener = opener
    this.#index = index
    this.#pageRows = pageRows
  }

  /** The index holds the rows up to `checkpoint` already: the next catch-up goes on from there. */
  resumeAt(checkpoint: Checkpoint): void {
    this.#seen = checkpoint
    this.#cursor = beyond(checkpoint.offset)
  }

  async catchUp(slices: Slices, { settled, pageDone }: CatchUpHooks): Promise<CatchUp> {
    let page = await this.#read(this.#cursor)
    for (;;) {
      const against = this.#judge(page.checkpoint)
      if (against !== null) return against
      this.#seen = page.checkpoint
      if (page.rows.length > FEW_ROWS) await slices.next()
      else slices.begin()
      const next = page.more ? this.#readAhead(page.rows) : null
      const away = await this.#prepare(page.rows)
      if (away !== null) return away
      if (page.rows.length > 0) {
        await settled()
        this.adopted = null
      }
      const keyId = await this.#apply(page.rows, slices)
      if (keyId !== null) return { outcome: 'key-missing', keyId }
      if (page.rows.length > 0) pageDone()
      if (next === null) return this.#adopt(page.checkpoint)
      page = await next
    }
  }

  #adopt(checkpoint: Checkpoint): CatchUp {
    this.adopted = checkpoint
    this.#cursor = beyond(checkpoint.offset)
    return { outcome: 'caught-up', checkpoint }
  }

  #judge(now: Checkpoint): CatchUp | null {
    const before = this.#seen
    if (before === null || before.offset < 0) return null
    if (now.foldVersion !== before.foldVersion) return { outcome: 'other-log' }
    // Also when it is behind: an older log was accepted, and what was read beyond it does not come back. A store that has
    // nothing yet has no generation to tell.
    if (now.offset >= 0 && now.generation !== before.generation) return { outcome: 'other-log' }
    if (now.offset < before.offset) return { outcome: 'behind', offset: before.offset }
    if (now.offset === before.offset && now.lastCommandId !== before.lastCommandId) return { outcome: 'other-log' }
    return null
  }

  /** Rejects when the key store does not answer and there is nothing to stand on: part of a catch-up was put already. */
  async #prepare(rows: readonly MemoryRow[]): Promise<CatchUp | null> {
    const stands = this.adopted
    try {
      if (rows.length > 0) await this.#opener.prepare(rows.filter((row) => row.sealed !== null))
      return null
    } catch (fault) {
      if (stands === null || !areKeysAway(fault)) throw fault
      return { outcome: 'keys-away', stands, fault }
    }
  }

  /** Returns the id of the key that is missing, or `null` when all rows are in the index. */
  async #apply(rows: readonly MemoryRow[], slices: Slices): Promise<string | null> {
    for (const row of rows) {
      const opened = this.#open(row)
      if ('keyId' in opened) return opened.keyId
      this.#index.put(row, opened.secret)
      this.applied += 1
      if (opened.secret === null) this.tombstones += 1
      this.#cursor = { changed: row.changed, memoryId: row.memoryId }
      if (slices.isUp()) await slices.next()
    }
    return null
  }

  #open(row: MemoryRow): { readonly secret: RememberSecret | null } | { readonly keyId: string } {
    if (row.sealed === null) return { secret: null }
    const opened = this.#opener.openNow(row)
    if (opened.ok) return opened
    return opened.reason === 'missing' ? { keyId: opened.keyId } : { secret: null }
  }

  #read(since: ChangeCursor): Promise<ChangePage> {
    return this.#reader.changes(this.#scope, since, this.#pageRows)
  }

  /** The next page is read while this one is worked on; its failure is met where it is awaited. */
  #readAhead(rows: readonly MemoryRow[]): Promise<ChangePage> {
    const last = rows.at(-1)
    if (last === undefined) throw new Error('A page of changes says that there are more, and has none.')
    const next = this.#read({ changed: last.changed, memoryId: last.memoryId })
    next.catch(() => undefined)
    return next
  }
}

const areKeysAway = (fault: unknown): boolean => fault instanceof ProblemError && fault.cause instanceof KeysAwayError
