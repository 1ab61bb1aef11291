import type { RememberSecret } from '../domain/command.ts'
import type { JsonObject } from '../domain/json.ts'
import type { MemoryRow } from '../domain/memory.ts'
import type { LendingWalk } from '../domain/recall/columns/column-lending.ts'
import type { IndexArchive } from '../domain/recall/columns/index-archive.ts'
import type { AnalysedMemory, AsOf } from '../domain/recall/indexed-memory.ts'
import type { LentJob } from '../domain/recall/lent-index.ts'
import type { RankedRow } from '../domain/recall/ranking/rank-rows.ts'
import { RecallIndex } from '../domain/recall/recall-index.ts'
import type {
  EpisodeQuery,
  ListedEpisode,
  ListedMemory,
  ListQuery,
  RecallHit,
  RecallQuery,
} from '../domain/recall/recall-request.ts'
import type { Question } from './index-question.ts'
import type { IndexSettings, ViewIndex } from './view-index.ts'

export interface RecallReading {
  readonly hits: readonly RecallHit[]
  readonly reading: JsonObject | null
}

/** A question that is answered by ranking. */
export type RankedQuestion = Question<MemoryIndex, 'answer' | 'recall'>

/** A namespace's recall index, fed with rows of long-term memory as they stand. */
export class MemoryIndex implements ViewIndex {
  readonly #recall: RecallIndex
  /** Erased before they were ever indexed. */
  readonly #tombstones = new Set<string>()

  readonly #language: string

  constructor({ language, profile }: IndexSettings) {
    this.#language = language
    this.#recall = new RecallIndex({ language, profile })
  }

  put(row: MemoryRow, secret: RememberSecret | null): void {
    const { memoryId, intervals } = row
    if (secret === null) this.putTombstone(memoryId)
    else if (!this.#recall.amend(memoryId, { erased: false, intervals, ...vectorOf(secret) })) {
      this.#recall.add({ ...secret, ...envelopeOf(row) })
    }
  }

  putAnalysed(memory: AnalysedMemory): void {
    const { memoryId, intervals } = memory
    const amendment = { erased: false, intervals, ...vectorOf(memory) } as const
    if (!this.#recall.amend(memoryId, amendment)) this.#recall.addAnalysed(memory)
  }

  putTombstone(memoryId: string): void {
    if (!this.#recall.amend(memoryId, { erased: true })) this.#tombstones.add(memoryId)
  }

  get size(): number {
    return this.#recall.size + this.#tombstones.size
  }

  bytes(): number {
    return this.#recall.bytes() + this.#tombstones.size * TOMBSTONE_BYTES
  }

  /** As {@link RecallIndex.archive}. */
  archive(archive: IndexArchive): void {
    const tombstones = archive.values('tombstones', [...this.#tombstones])
    for (const memoryId of tombstones) this.#tombstones.add(memoryId)
    this.#recall.archive(archive.within('recall'))
  }

  /** The best hits first. `next`: as {@link RecallIndex.recall}. */
  recall(query: RecallQuery, next: RecallQuery | null = null): readonly RecallHit[] {
    return this.#recall.recall(query, next)
  }

  /** As {@link RecallIndex.isAhead}. */
  isAhead(query: RecallQuery): boolean {
    return this.#recall.isAhead(query)
  }

  /** A query for an embedder: without names of authors. `null` when no memory here has a vector. */
  withoutAuthors(query: string): string | null {
    return this.#recall.withoutAuthors(query)
  }

  /** The best hits first and, when the query asks for it, how it is read here. */
  answer(query: RecallQuery, next: RecallQuery | null = null): RecallReading {
    const reading = query.explain ? this.explain(query) : null
    return { hits: this.recall(query, next), reading }
  }

  /** What {@link answer} or {@link recall} ranks, for a thread that borrows the columns; as {@link RecallIndex.jobFor}. */
  jobFor(query: RecallQuery): LentJob | null {
    return this.#recall.jobFor(query)
  }

  /** The answer to a question whose rows were ranked elsewhere. */
  answerOf({ ask, args: [query] }: RankedQuestion, rows: readonly RankedRow[]): RecallReading | readonly RecallHit[] {
    const hits = this.#recall.hits(rows)
    return ask === 'recall' ? hits : { hits, reading: query.explain ? this.explain(query) : null }
  }

  /** As {@link RecallIndex.moves}. */
  moves(asOf: AsOf): boolean {
    return this.#recall.moves(asOf)
  }

  get erasures(): number {
    return this.#recall.erasures
  }

  /** As {@link RecallIndex.lend}. */
  lend(walk: LendingWalk): void {
    this.#recall.lend(walk)
  }

  /** How a query is read here, in the form of the wire. */
  explain(query: RecallQuery): JsonObject {
    const { terms, dates, topics, asksWhen, asksNumber, asksName, ...store } = this.#recall.reading(query)
    const idf = Object.fromEntries(terms.map(({ term, idf: rarity }) => [term, rarity]))
    const asks = { asks_when: asksWhen, asks_number: asksNumber, asks_name: asksName }
    return {
      query: { terms: terms.map(({ term }) => term), idf, dates: [...dates], topics: [...topics], ...asks },
      statistics: {
        memories: this.size,
        visible: store.memories,
        mean_length: store.meanLength,
        language: this.#language,
        profile: store.profile,
      },
    }
  }

  /** Newest first. */
  list(query: ListQuery): readonly ListedMemory[] {
    return this.#recall.list(query)
  }

  /** As {@link RecallIndex.episodes}. */
  episodes(query: EpisodeQuery): readonly ListedEpisode[] {
    return this.#recall.episodes(query)
  }
}

/** Of a set's entry with its id. */
const TOMBSTONE_BYTES = 120

const vectorOf = ({ vector }: Pick<RememberSecret, 'vector'>) => (vector === undefined ? {} : { vector })

function envelopeOf({ memoryId, offset, kind, occurredAt, importance, intervals }: MemoryRow) {
  return { memoryId, offset, kind, occurredAt, importance, intervals }
}
