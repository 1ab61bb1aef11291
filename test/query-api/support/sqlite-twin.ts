import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { foldLongTerm, LONG_TERM_FOLD_VERSION } from '../../../domain/long-term/fold.ts'
import { needsOf } from '../../../domain/long-term/needs.ts'
import { prepareState } from '../../../infra/sqlite/long-term/prepare-state.ts'
import {
  openSqliteLongTermReader,
  type SqliteLongTermReader,
} from '../../../infra/sqlite/long-term/sqlite-long-term-reader.ts'
import {
  openSqliteLongTermStore,
  type SqliteLongTermStore,
} from '../../../infra/sqlite/long-term/sqlite-long-term-store.ts'
import type { FoldedLog } from './folded-log.ts'

/** Long-term memory in a real state.db that follows what a {@link FoldedLog} has folded. */
export class SqliteTwin {
  readonly reader: SqliteLongTermReader
  readonly #log: FoldedLog
  readonly #folder: string
  readonly #store: SqliteLongTermStore

  constructor(log: FoldedLog) {
    this.#log = log
    this.#folder = mkdtempSync(join(tmpdir(), 'somabrain-query-'))
    const file = join(this.#folder, 'state.db')
    prepareState(file, LONG_TERM_FOLD_VERSION)
    this.#store = openSqliteLongTermStore(file)
    this.reader = openSqliteLongTermReader(file)
  }

  /** Folds, in one move, what the log has folded of a partition since the last call. */
  async follow(partition: number): Promise<void> {
    const from = await this.#store.checkpoint(partition)
    const to = await this.#log.checkpoint(partition)
    if (to.offset <= from.offset) return
    const entries = this.#log.foldedFrom(partition, from.offset + 1)
    const changes = foldLongTerm(await this.#store.load(needsOf(entries)), entries)
    const move = await this.#store.move(partition, from, to, changes)
    if (move.outcome !== 'moved') throw new Error(`state.db answered ${move.outcome}`)
  }

  close(): void {
    this.reader.close()
    this.#store.close()
    rmSync(this.#folder, { recursive: true })
  }
}
