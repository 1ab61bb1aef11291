import type { RememberSecret } from '../../../domain/command.ts'
import type { MemoryRow } from '../../../domain/memory.ts'
import type { IndexSettings, ViewIndex } from '../../../query-api/view-index.ts'

/** Keeps what it was given, so that a test can compare views with the rows that they stand for. */
export class PlainIndex implements ViewIndex {
  readonly settings: IndexSettings
  readonly rows = new Map<string, string>()

  constructor(settings: IndexSettings) {
    this.settings = settings
  }

  put(row: MemoryRow, secret: RememberSecret | null): void {
    this.rows.set(row.memoryId, PlainIndex.describe(row, secret?.content ?? null))
  }

  get size(): number {
    return this.rows.size
  }

  bytes(): number {
    return this.rows.size * 100
  }

  count(): number {
    return this.rows.size
  }

  content(): string[] {
    return [...this.rows.values()].sort()
  }

  static describe(row: MemoryRow, content: string | null): string {
    return JSON.stringify([row.memoryId, row.offset, row.changed, row.rehearsals, row.intervals, content])
  }
}
