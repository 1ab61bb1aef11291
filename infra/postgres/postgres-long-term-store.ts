import type { Pool, PoolClient } from 'pg'
import type { Checkpoint } from '../../domain/checkpoint.ts'
import type { LongTermChanges, LongTermNeeds, LongTermState } from '../../domain/long-term/changes.ts'
import type { LongTermStore, Move } from '../../projections/ports/long-term-store.ts'
import { compareCheckpoints } from '../long-term/compare-checkpoints.ts'
import { inTransaction } from './in-transaction.ts'
import { checkpointStatement, readCheckpoint } from './long-term/checkpoint-row.ts'
import { BULK_ROWS, copyAdded } from './long-term/copy-added.ts'
import { countUnderKeys, UNHURRIED, writeErasures } from './long-term/erasure-statements.ts'
import { loadedState, loadParameters, loadStatement } from './long-term/load-statement.ts'
import { type AddedRows, addedRows, moveParameters, moveStatement } from './long-term/move-statement.ts'
import type { ProjectionBuild } from './projection-builds.ts'
import { queryRows, type Statement } from './row-query.ts'

/** More than one is needed only where another mover comes to `from` at that moment. */
const ATTEMPTS = 3
const NO_ROWS: AddedRows = { memories: [], outcomes: [] }

/**
 * Long-term memory in the schema of one build. The pool is one with FOLD_SETTINGS: a move commits without waiting for
 * the disk, because a crash takes rows and checkpoint away together and they are folded again. Rejects when Postgres
 * does not answer; then nothing is known of the move but that it happened whole or not at all.
 */
export class PostgresLongTermStore implements LongTermStore {
  readonly #pool: Pool
  readonly #schema: string
  readonly #copyFrom: number
  readonly #checkpoint: Statement
  readonly #load: Statement
  readonly #move: Statement
  #moves = 0

  /** A move that adds `copyFrom` rows or more copies them: by default only in a build that nobody reads yet (decision 11). */
  constructor(
    pool: Pool,
    { schema, state }: Pick<ProjectionBuild, 'schema' | 'state'>,
    copyFrom = state === 'building' ? BULK_ROWS : Number.POSITIVE_INFINITY,
  ) {
    this.#pool = pool
    this.#schema = schema
    this.#copyFrom = copyFrom
    this.#checkpoint = checkpointStatement(schema)
    this.#load = loadStatement(schema)
    this.#move = moveStatement(schema)
  }

  checkpoint(partition: number): Promise<Checkpoint> {
    return readCheckpoint(this.#pool, this.#checkpoint, partition)
  }

  async load(needs: LongTermNeeds): Promise<LongTermState> {
    const state = loadedState(needs, await queryRows(this.#pool, this.#planned(this.#load), loadParameters(needs)))
    const erasing = needs.keys?.erasing ?? []
    if (erasing.length === 0) return state
    const keys = await inTransaction(this.#pool, (client) => countUnderKeys(client, this.#schema, erasing), UNHURRIED)
    return { ...state, keys: [...(state.keys ?? []), ...keys] }
  }

  async move(partition: number, from: Checkpoint, to: Checkpoint, changes: LongTermChanges): Promise<Move> {
    const sameVersion = from.foldVersion === to.foldVersion
    const attempt = sameVersion ? this.#attempt(partition, from, to, changes) : async () => false
    for (let n = 0; n < ATTEMPTS; n += 1) {
      if (await attempt()) return { outcome: 'moved' }
      const checkpoint = await this.checkpoint(partition)
      const outcome = compareCheckpoints(checkpoint, from, to)
      if (outcome !== 'moved') return { outcome, checkpoint }
      // Another mover came to `from` between the two statements: it can be moved from there now.
    }
    throw new Error(`the checkpoint of partition ${partition} stands at offset ${from.offset} and does not move`)
  }

  /** What comes to `false` when the checkpoint does not stand at `from`; then nothing was written. */
  #attempt(partition: number, from: Checkpoint, to: Checkpoint, changes: LongTermChanges): () => Promise<boolean> {
    this.#moves += 1
    const statement = this.#planned(this.#move)
    const added = addedRows(from, changes)
    const copied = added.memories.length + added.outcomes.length >= this.#copyFrom ? added : null
    const parameters = moveParameters(partition, from, to, changes, copied === null ? added : NO_ROWS)
    const isMoved = async (client: Pool | PoolClient): Promise<boolean> =>
      (await queryRows(client, statement, parameters)).length === 1
    const erases = changes.erasures !== undefined || changes.receipts !== undefined
    if (copied === null && !erases) return () => isMoved(this.#pool)
    const work = async (client: PoolClient): Promise<boolean> => {
      const moved = await isMoved(client)
      if (moved && copied !== null) await copyAdded(client, this.#schema, copied)
      if (moved && erases) await writeErasures(client, this.#schema, changes)
      return moved
    }
    return () => inTransaction(this.#pool, work, erases ? UNHURRIED : 'begin')
  }

  /**
   * A statement under another name whenever the number of moves has doubled, so that its plan is made again: one that was
   * made for empty tables may read a whole index, and stays until autovacuum's next `analyze`.
   */
  #planned({ name, text }: Statement): Statement {
    return { name: `${name}:${32 - Math.clz32(this.#moves)}`, text }
  }
}
