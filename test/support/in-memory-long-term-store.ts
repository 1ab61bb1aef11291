import type { Checkpoint } from '../../domain/checkpoint.ts'
import type { LongTermChanges, LongTermNeeds, LongTermState } from '../../domain/long-term/changes.ts'
import { LONG_TERM_FOLD_VERSION } from '../../domain/long-term/fold.ts'
import { linkKey } from '../../domain/long-term/needs.ts'
import type { LinkRow, MemoryRow, NamespaceRow } from '../../domain/memory.ts'
import { scopeKey } from '../../domain/names.ts'
import type { OutcomeRow } from '../../domain/outcome.ts'
import type { LongTermStore, Move } from '../../projections/ports/long-term-store.ts'
import { InMemoryErasures } from './in-memory-erasures.ts'
import { neededMemories } from './needed-memories.ts'

const NEVER_FOLDED: Checkpoint = {
  foldVersion: LONG_TERM_FOLD_VERSION,
  generation: '0000000000000000',
  offset: -1,
  lastCommandId: null,
  knownTime: 0,
}

/** The plainest store that keeps the port's promises: maps, and a compare before a set. */
export class InMemoryLongTermStore implements LongTermStore {
  readonly memories = new Map<string, MemoryRow>()
  readonly links = new Map<string, LinkRow>()
  readonly namespaces = new Map<string, NamespaceRow>()
  readonly outcomes: OutcomeRow[] = []
  readonly deadLetters: LongTermChanges['deadLetters'][number][] = []
  readonly erased = new InMemoryErasures(this.memories)
  readonly checkpoints = new Map<number, Checkpoint>()

  async checkpoint(partition: number): Promise<Checkpoint> {
    return this.checkpoints.get(partition) ?? NEVER_FOLDED
  }

  async load(needs: LongTermNeeds): Promise<LongTermState> {
    const wanted = new Set(needs.commandIds)
    const first = new Map<string, OutcomeRow>()
    for (const row of this.outcomes) {
      const key = `${scopeKey(row)}/${row.commandId}`
      if (wanted.has(row.commandId) && !first.has(key)) first.set(key, row)
    }
    return {
      outcomes: [...first.values()],
      memories: neededMemories(needs, this.memories),
      links: needs.links.flatMap((link) => this.links.get(`${scopeKey(link)}/${linkKey(link)}`) ?? []),
      namespaces: needs.scopes.flatMap((scope) => this.namespaces.get(scopeKey(scope)) ?? []),
      ...this.erased.load(needs),
    }
  }

  async move(partition: number, from: Checkpoint, to: Checkpoint, changes: LongTermChanges): Promise<Move> {
    const stored = await this.checkpoint(partition)
    if (stored.foldVersion !== from.foldVersion) return { outcome: 'other-version', checkpoint: stored }
    if (stored.offset >= to.offset && stored.offset !== from.offset)
      return { outcome: 'already-applied', checkpoint: stored }
    if (stored.offset < from.offset) return { outcome: 'behind', checkpoint: stored }
    if (stored.offset !== from.offset || stored.lastCommandId !== from.lastCommandId) {
      return { outcome: stored.offset === from.offset ? 'other-log' : 'already-applied', checkpoint: stored }
    }
    for (const row of changes.memories) this.memories.set(row.memoryId, row)
    this.erased.write(changes)
    for (const row of changes.links) this.links.set(`${scopeKey(row)}/${linkKey(row)}`, row)
    for (const row of changes.namespaces) this.namespaces.set(scopeKey(row), row)
    this.outcomes.push(...changes.outcomes)
    this.deadLetters.push(...changes.deadLetters)
    this.checkpoints.set(partition, to)
    return { outcome: 'moved' }
  }

  /** Everything that the store holds, in an order of its own: equal states give equal contents. */
  contents(): unknown {
    const sorted = <V>(map: Map<string | number, V>): unknown[] =>
      [...map].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)).map(([, value]) => value)
    return {
      memories: sorted(this.memories),
      links: sorted(this.links),
      namespaces: sorted(this.namespaces),
      outcomes: this.outcomes.toSorted((a, b) => a.partition - b.partition || a.offset - b.offset),
      ...this.erased.contents(),
      deadLetters: this.deadLetters,
      checkpoints: sorted(this.checkpoints),
    }
  }
}
