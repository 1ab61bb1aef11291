import type { RankingProfile } from '../command.ts'
import type { Filter } from '../filter/filter.ts'
import { analyseQuery } from '../text/analyse-query.ts'
import { analyseText } from '../text/analyse-text.ts'
import { Calendar } from '../text/calendar.ts'
import { Lexicon } from '../text/lexicon.ts'
import { withoutWords } from '../text/without-words.ts'
import { Authors } from './authors.ts'
import type { LendingWalk } from './columns/column-lending.ts'
import { Documents } from './columns/documents.ts'
import { Episodes, type TurnOrder } from './columns/episodes.ts'
import { FilterColumns } from './columns/filter-columns.ts'
import { growableF64 } from './columns/growable.ts'
import type { IndexArchive } from './columns/index-archive.ts'
import { KnownIntervals } from './columns/known-intervals.ts'
import { MemoryIds } from './columns/memory-ids.ts'
import { OffsetOrder } from './columns/offset-order.ts'
import type { RowColumns } from './columns/row-columns.ts'
import { ViewsOfTime } from './columns/views-of-time.ts'
import type { RowFacts, Visibility } from './columns/visibility.ts'
import { RowEmbeddings } from './dense/row-embeddings.ts'
import type { Amendment, AnalysedMemory, AsOf, IndexedMemory } from './indexed-memory.ts'
import type { LentJob } from './lent-index.ts'
import { listEpisodes } from './list-episodes.ts'
import { profileOf } from './profile.ts'
import { type QueryReading, readingOf } from './query-reading.ts'
import { QueryTermReader, type QueryTerms } from './query-terms.ts'
import { type RankedRow, type RankingJob, RowRanker } from './ranking/rank-rows.ts'
import type { EpisodeQuery, ListedEpisode, ListedMemory, ListQuery, RecallHit, RecallQuery } from './recall-request.ts'

/**
 * One namespace, resident: postings, episodes, times and filterable fields in typed arrays; no object per memory, and
 * no content. Answers depend on the memories that it holds and on nothing else, such as the order in which they came.
 */
export class RecallIndex {
  readonly #profile: RankingProfile
  readonly #lexicon: Lexicon
  readonly #calendar: Calendar
  readonly #ids = new MemoryIds()
  readonly #offset = growableF64()
  readonly #filters = new FilterColumns()
  readonly #documents = new Documents()
  readonly #authors: Authors
  readonly #episodes = new Episodes()
  readonly #embeddings = new RowEmbeddings()
  readonly #intervals = new KnownIntervals()
  readonly #times: ViewsOfTime
  readonly #byOffset = new OffsetOrder()
  readonly #terms: QueryTermReader
  readonly #ranker = new RowRanker()
  /** Rows in use; row 0 is nobody's. */
  #end = 1
  #erasures = 0

  /** `language`: BCP 47 primary language of the texts; `profile`: what they are ranked as. */
  constructor(options: { readonly language?: string; readonly profile?: RankingProfile } = {}) {
    this.#profile = options.profile ?? 'auto'
    this.#lexicon = new Lexicon(options.language)
    this.#calendar = new Calendar(this.#lexicon)
    this.#authors = new Authors(this.#lexicon)
    this.#terms = new QueryTermReader(this.#documents, this.#authors)
    this.#times = new ViewsOfTime(this.#intervals, this.#filters.occurredAt, (row, visible) =>
      this.#documents.hide(row, !visible),
    )
  }

  /** Memories added, retired and erased ones too. */
  get size(): number {
    return this.#end - 1
  }

  /** How often a memory was erased. */
  get erasures(): number {
    return this.#erasures
  }

  has(memoryId: string): boolean {
    return this.#ids.row(memoryId) !== 0
  }

  /** Throws when the memory is there already. */
  add(memory: IndexedMemory): void {
    const text = analyseText(memory.content, memory.occurredAt, this.#lexicon, this.#calendar)
    this.addAnalysed({ ...memory, text })
  }

  /** As {@link add}, for a text that was analysed before. */
  addAnalysed(memory: AnalysedMemory): void {
    const row = this.#end
    if (!this.#ids.add(row, memory.memoryId)) throw new Error(`Memory ${memory.memoryId} is in the index already`)
    this.#end++
    this.#offset.set(row, memory.offset)
    this.#byOffset.add(row, memory.offset)
    this.#filters.add(row, memory)
    this.#intervals.set(row, memory.intervals)
    const authorTerms = this.#authors.note(this.#filters.author.codes.data[row]!, memory.author)
    this.#documents.add(row, memory.text, this.#calendar.termsOfInstant(memory.occurredAt), authorTerms)
    const run = this.#filters.run.codes.data[row]!
    if (run !== 0) this.#episodes.add(row, run, this.#turnOrder())
    if (memory.vector !== undefined) this.#embeddings.set(row, memory.vector)
    this.#times.changed(row, this.#facts())
  }

  /** Takes in what changed about a memory; nothing changes an erased one. Returns false when it is not here. */
  amend(memoryId: string, amendment: Amendment): boolean {
    const row = this.#ids.row(memoryId)
    if (row === 0) return false
    if (this.#intervals.count(row) === 0) return true
    if (amendment.erased) this.#erase(row)
    else {
      this.#intervals.set(row, amendment.intervals)
      if (amendment.vector !== undefined) this.#embeddings.set(row, amendment.vector)
    }
    this.#times.changed(row, this.#facts())
    return true
  }

  /** The best hits first; ties break by offset, lower first. `next`: asked after this one, where that is known; it then costs less. */
  recall(request: RecallQuery, next: RecallQuery | null = null): RecallHit[] {
    const visible = this.#visibility(request.asOf)
    const eligible = this.#eligible(request.filter, visible)
    const vectors = this.#embeddings.column
    const store = { columns: this.#columns(), visible, eligible, vectors, changes: this.#times.changes }
    const ahead = next !== null && this.#asksOfAll(request) && this.#asksOfAll(next)
    const query = ahead ? this.#embeddings.comparable(next.vector) : null
    return this.hits(this.#ranker.rank(this.#job(request, visible), store, query))
  }

  /** Whether a part of the work was done with the query before. */
  isAhead({ vector }: RecallQuery): boolean {
    const query = this.#embeddings.comparable(vector)
    return query !== null && this.#ranker.isAhead(query)
  }

  /**
   * What {@link recall} ranks, for a thread that borrows the columns; its rows make {@link hits}. `null` when it is asked about
   * another instant than the present: that is worked out here. Nothing may change until the job is done.
   */
  jobFor(request: RecallQuery): LentJob | null {
    const visible = this.#visibility(request.asOf)
    if (!this.#times.isPresent(visible)) return null
    const eligible = request.filter === null ? null : this.#eligible(request.filter, visible)
    return { ...this.#job(request, visible), figures: visible.figures, eligible }
  }

  /** Of rows that were ranked before anything changed. */
  hits(ranked: readonly RankedRow[]): RecallHit[] {
    return ranked.map(({ row, ...rest }) => ({ ...this.#named(row), ...rest }))
  }

  /** Whether looking at an instant makes rows appear or disappear, which must not be while a job is under way. */
  moves(asOf: AsOf): boolean {
    return this.#times.moves(asOf)
  }

  /** Lends what ranking reads to another thread. */
  lend(walk: LendingWalk): void {
    walk.number('end', this.#end)
    walk.number('terms', this.#documents.terms.codes)
    walk.number('codes', this.#facts().codes)
    walk.number('erasures', this.#erasures)
    this.#documents.walk(walk.within('texts'), this.#documents.terms.codes, this.#end)
    walk.column('run', this.#filters.run.codes)
    walk.column('author', this.#filters.author.codes)
    walk.column('offset', this.#offset)
    walk.column('occurredAt', this.#filters.occurredAt)
    this.#times.lend(walk)
    walk.number('dimensions', this.#embeddings.column?.dimensions ?? 0)
    this.#embeddings.column?.lend(walk.within('vectors'))
  }

  /** How {@link recall} reads a query. */
  reading(request: RecallQuery): QueryReading {
    const visibility = this.#visibility(request.asOf)
    return readingOf(this.#read(request, visibility), visibility, profileOf(this.#profile, visibility))
  }

  /** The query without the names of authors here; `null` when no memory here has a vector. */
  withoutAuthors(query: string): string | null {
    return this.#embeddings.isEmpty ? null : withoutWords(query, (word) => this.#authors.isNamedBy(word))
  }

  /** Visible memories that match, newest (highest offset) first. */
  list(request: ListQuery): ListedMemory[] {
    const eligible = this.#eligible(request.filter, this.#visibility(request.asOf))
    const listed: ListedMemory[] = []
    for (const row of this.#byOffset.below(request.beforeOffset, this.#offset.data)) {
      if (listed.length === request.limit) break
      if (eligible[row] === 1) listed.push(this.#named(row))
    }
    return listed
  }

  /** Episodes of the visible memories that match, the newest first. */
  episodes(request: EpisodeQuery): ListedEpisode[] {
    const eligible = this.#eligible(request.filter, this.#visibility(request.asOf))
    return listEpisodes({ ...this.#turnOrder(), run: this.#filters.run, eligible, end: this.#end }, request)
  }

  /** Resident bytes, an estimate. */
  bytes(): number {
    const rows = [this.#ids, this.#offset, this.#filters, this.#intervals, this.#times, this.#byOffset]
    const texts = [this.#documents, this.#authors, this.#episodes, this.#lexicon, this.#embeddings]
    return [...rows, ...texts, this.#terms, this.#ranker].reduce((sum, part) => sum + part.bytes, 0)
  }

  /** What an archive does not hold follows from what it holds. To be restored into an empty index of the same language. */
  archive(archive: IndexArchive): void {
    this.#end = archive.number('end', this.#end)
    archive.column('offset', this.#offset, this.#end)
    this.#ids.archive(archive.within('ids'), this.#end)
    this.#filters.archive(archive.within('filters'), this.#end)
    this.#documents.archive(archive.within('documents'), this.#end)
    this.#intervals.archive(archive.within('intervals'), this.#end)
    this.#embeddings.archive(archive.within('embeddings'))
    if (archive.restoring) this.#derive()
  }

  #derive(): void {
    const { author, run } = this.#filters
    for (let code = 1; code < author.dictionary.codes; code++) {
      this.#authors.note(code, author.dictionary.value(code) ?? null)
    }
    for (let row = 1; row < this.#end; row++) {
      this.#byOffset.add(row, this.#offset.data[row]!)
      const code = run.codes.data[row]!
      if (code !== 0) this.#episodes.add(row, code, this.#turnOrder())
      this.#times.changed(row, this.#facts())
    }
  }

  #named(row: number): ListedMemory {
    return { memoryId: this.#ids.memoryId(row), offset: this.#offset.data[row]! }
  }

  #job(request: RecallQuery, visible: Visibility): RankingJob {
    const { k, minScore, explain, vector } = request
    return {
      query: this.#read(request, visible),
      vector: this.#embeddings.comparable(vector),
      profile: profileOf(this.#profile, visible),
      ...{ k, minScore: minScore ?? 0, explain },
    }
  }

  #read({ query, asOf }: RecallQuery, visibility: Visibility): QueryTerms {
    const asked = analyseQuery(query, asOf.valid, this.#lexicon, this.#calendar)
    const present = this.#times.isPresent(visibility)
    return this.#terms.read(asked, { visibility, present, author: this.#filters.author.codes.data })
  }

  #erase(row: number): void {
    this.#erasures++
    const author = this.#filters.author.codes.data[row]!
    const run = this.#filters.run.codes.data[row]!
    this.#intervals.set(row, [])
    this.#times.changed(row, this.#facts())
    if (run !== 0) this.#episodes.remove(row, run)
    this.#documents.wipe(row)
    this.#embeddings.wipe(row)
    this.#filters.wipe(row)
    if (author !== 0 && this.#filters.author.dictionary.value(author) === undefined) this.#authors.forget(author)
    this.#lexicon.clear()
  }

  #asksOfAll({ filter, asOf }: RecallQuery): boolean {
    return filter === null && this.#times.stands(asOf)
  }

  #visibility(asOf: AsOf): Visibility {
    this.#episodes.settle(this.#turnOrder())
    return this.#times.at(asOf, this.#end, this.#facts())
  }

  #eligible(filter: Filter | null, visibility: Visibility): Uint8Array {
    const visible = visibility.mask
    if (filter === null) return visible
    const mask = this.#filters.mask(filter, this.#end)
    for (let row = 0; row < this.#end; row++) mask[row]! &= visible[row]!
    return mask
  }

  #turnOrder(): TurnOrder {
    return { occurredAt: this.#filters.occurredAt.data, offset: this.#offset.data }
  }

  #facts(): RowFacts {
    return {
      codes: Math.max(this.#filters.run.dictionary.codes, this.#filters.author.dictionary.codes),
      run: this.#filters.run.codes.data,
      author: this.#filters.author.codes.data,
      length: this.#documents.length.data,
    }
  }

  #columns(): RowColumns {
    const texts = { documents: this.#documents, terms: this.#documents.terms.codes }
    return { ...this.#facts(), ...texts, episodes: this.#episodes, offset: this.#offset.data, end: this.#end }
  }
}
