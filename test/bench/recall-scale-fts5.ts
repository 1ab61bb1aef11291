import { DatabaseSync } from 'node:sqlite'
import type { IndexedMemory } from '../../domain/recall/indexed-memory.ts'
import { type Stretch, summary } from './http-measure.ts'

/** What a user would build by hand: an FTS5 table of the same texts with Porter's stemmer, asked for any of the words. */
export class Fts5 {
  readonly #database = new DatabaseSync(':memory:')

  constructor() {
    this.#database.exec(`create virtual table memories using fts5(content, author, tokenize = 'porter unicode61')`)
  }

  add(memories: readonly IndexedMemory[]): void {
    const insert = this.#database.prepare('insert into memories (rowid, content, author) values (?, ?, ?)')
    this.#database.exec('begin')
    for (const { offset, content, author } of memories) insert.run(offset + 1, content, author)
    this.#database.exec('commit')
  }

  /** Offsets of the best ten of each query, and how long they took in process. */
  ask(queries: readonly string[]): { readonly found: ReadonlyArray<readonly number[]>; readonly times: Stretch } {
    const select = this.#database.prepare('select rowid from memories where memories match ? order by rank limit 10')
    const latencies: number[] = []
    const started = performance.now()
    const found = queries.map((query) => {
      const words = (query.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => `"${word}"`)
      const begun = performance.now()
      const rows = select.all(words.join(' OR '))
      latencies.push(performance.now() - begun)
      return rows.map(({ rowid }) => Number(rowid) - 1)
    })
    return { found, times: summary(latencies, performance.now() - started, 0) }
  }
}
