import type { Filter } from '../../domain/filter/filter.ts'
import type { MemoryRow } from '../../domain/memory.ts'
import type { Scope } from '../../domain/names.ts'
import type { OutcomeRow } from '../../domain/outcome.ts'

/** What commands became, for repeated requests and `Prefer: wait`. Rejects when the store does not answer. */
export interface OutcomeReader {
  /** The first outcome of a command within a tenant. */
  outcome(tenant: string, commandId: string): Promise<OutcomeRow | null>
}

/** Finds what a command names. Rejects when the store does not answer. */
export interface MemoryFinder {
  memory(tenant: string, memoryId: string): Promise<MemoryRow | null>
}

/** Resolves filters at the log's head. Throws a `ProblemError` when that cannot be had. */
export interface FilterResolver {
  memoryIdsMatching(scope: Scope, filter: Filter): Promise<readonly string[]>
}

/** How far long-term memory has folded. */
export interface FoldProgress {
  /** Generation that `offset` of `partition` belongs to, or `null` beyond the end. */
  generationOf(partition: number, offset: number): string | null
  /** Last offset in the log, as it says itself when asked now. Rejects when it does not answer. */
  latestHead(partition: number): Promise<number>
  /** Resolves true as soon as `offset` is folded, false after `timeoutMs`. */
  waitForFold(partition: number, offset: number, timeoutMs: number): Promise<boolean>
}
