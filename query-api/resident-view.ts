import type { Checkpoint } from '../domain/checkpoint.ts'
import type { Scope } from '../domain/names.ts'
import { ProblemError } from '../domain/problem.ts'
import { AnswersUnderWay } from './answers-under-way.ts'
import { notYetVisible } from './freshness.ts'
import { keyMissing } from './key-missing.ts'
import { loadByLoader } from './load-by-loader.ts'
import type { RemoteQuestion } from './ports/view-host.ts'
import { StandsBeforeError } from './stands-before-error.ts'
import { Slices } from './turns.ts'
import { DEFAULT_SETTINGS, type IndexSettings, sameSettings, type ViewIndex } from './view-index.ts'
import type { ViewParts } from './view-parts.ts'
import type { ReadResult, ReadWish } from './view-read.ts'
import { ViewSync } from './view-sync.ts'
import type { ReadAs, WaitingReader } from './waiting-reader.ts'

/** A store that is another one, or behind, at every look has no answer for us. */
const MAX_LOOKS = 4

/**
 * One namespace in memory, caught up before each answer. It works in rounds: catch up once, then serve everybody who
 * came before the catch-up ended; who comes while it serves gets the next round. The index is read only while a
 * checkpoint is adopted, so nobody ever sees half of a catch-up; what is read on other threads is waited for before a row is put.
 *
 *     idle ──somebody waits──▶ catching up ──adopted──▶ serving ──nobody waits──▶ idle
 *                               ▲ │  ▲ │ behind: wait for the fold    │
 *                               │ └──┘ │ other log or settings: load  │ somebody waits
 *                               │  ▲───┘ a new index from nothing     │
 *                               └─────────────────────────────────────┘
 */
export class ResidentView<Index extends ViewIndex> {
  readonly scope: Scope
  readonly #partition: number
  readonly #parts: ViewParts<Index>
  #index: Index
  #sync: ViewSync
  #settings = DEFAULT_SETTINGS
  /** Offset of the checkpoint after which the settings were last looked at. */
  #settingsAt: number | null = null
  #loadBegun: number | null = null
  #expectedRows: number | null = null
  #waiting: WaitingReader[] = []
  #round = 0
  #running = false
  readonly #elsewhere = new AnswersUnderWay(() => {
    if (!this.inUse) this.#parts.changed(this.scope)
  })

  constructor(scope: Scope, partition: number, parts: ViewParts<Index>) {
    this.scope = scope
    this.#partition = partition
    this.#parts = parts
    this.#index = parts.makeIndex(this.#settings)
    this.#sync = this.#newSync()
  }

  get inUse(): boolean {
    return this.#running || this.#elsewhere.areSome
  }

  /** Rows so far, and how many there will be; `null` when that is not known. */
  get progress(): { readonly ready: boolean; readonly rows: number; readonly of: number | null } {
    const ready = this.#loadBegun === null && this.#sync.adopted !== null
    return { ready, rows: this.#index.size, of: ready ? this.#index.size : this.#expectedRows }
  }

  bytes(): number {
    return this.#index.bytes()
  }

  /**
   * Runs `use` on the index as it stands after this call. What it returns may be worked out on another thread: the index stays as
   * it is until then. `question`: what it asks, where that is plain data; `others`: what those ask who wait behind it.
   */
  read<T>(
    wish: ReadWish,
    use: (index: Index, others: readonly RemoteQuestion[]) => T | Promise<T>,
    question: RemoteQuestion | null = null,
  ): Promise<ReadResult<T>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        ...{ wish, question },
        since: this.#round,
        hasWaited: false,
        serve: (checkpoint, { without, others }) => {
          const used = use(this.#index, others)
          if (used instanceof Promise) return used.then((value) => resolve({ value, checkpoint, without }), reject)
          resolve({ value: used, checkpoint, without })
          return null
        },
        refuse: reject,
      })
      if (!this.#running) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#running = true
    const slices = new Slices(this.#parts.turns, this.#parts.limits.viewSliceMs)
    while (this.#waiting.length > 0) {
      this.#round += 1
      try {
        await this.#serve(await this.#catchUp(slices), slices)
      } catch (reason) {
        this.#refuse(reason)
      }
    }
    this.#running = false
    this.#parts.changed(this.scope)
  }

  async #catchUp(slices: Slices): Promise<Checkpoint> {
    if (this.#sync.adopted === null && this.#loadBegun === null) await this.#beginLoad(slices)
    for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
      const result = await this.#sync.catchUp(slices, {
        settled: () => this.#elsewhere.settled(),
        pageDone: () => this.#parts.changed(this.scope),
      })
      switch (result.outcome) {
        case 'caught-up':
          if (await this.#settingsStand(result.checkpoint, slices)) return this.#caughtUp(result.checkpoint)
          break
        case 'behind':
          await this.#waitForStore(result.offset)
          break
        case 'other-log':
          await this.#replace(slices)
          break
        case 'keys-away':
          throw new StandsBeforeError(result.fault)
        case 'key-missing':
          throw keyMissing(this.scope.namespace, result.keyId)
      }
    }
    throw notYetVisible('Long-term memory is behind what this process has seen of it: it is being folded again.')
  }

  #caughtUp(checkpoint: Checkpoint): Checkpoint {
    if (this.#loadBegun !== null) {
      this.#parts.metrics.loaded(this.#index.size, performance.now() - this.#loadBegun)
      this.#loadBegun = null
    }
    this.#offerSnapshot()
    return checkpoint
  }

  #offerSnapshot(): void {
    const [sync, index] = [this.#sync, this.#index]
    this.#parts.snapshots?.stands({
      scope: this.scope,
      settings: this.#settings,
      index,
      adopted: () => sync.adopted,
      applied: () => sync.applied,
      tombstones: () => sync.tombstones,
    })
  }

  /** Not a cold start when the load failed halfway: what is loaded stays, and the sync goes on from there. */
  async #beginLoad(slices: Slices): Promise<void> {
    this.#loadBegun = performance.now()
    try {
      const row = await this.#parts.reader.namespace(this.scope)
      this.#expectedRows = row?.total ?? 0
      this.#parts.changed(this.scope)
      if (row !== null) this.#configure(row)
      if (await this.#restore()) return
      if (this.#expectedRows >= this.#parts.limits.loaderFromRows) await this.#loadElsewhere(slices)
    } catch (reason) {
      this.#loadBegun = null
      throw reason
    }
  }

  /** What changed since the snapshot comes with the ordinary sync, which also tells when it is of another log. */
  async #restore(): Promise<boolean> {
    const found = await this.#parts.snapshots?.load(this.scope, this.#settings)
    if (found == null) return false
    this.#index = found.index
    this.#sync = this.#newSync()
    this.#sync.resumeAt(found.checkpoint)
    return true
  }

  /** What a loader cannot do, this thread does: the view is then loaded from nothing by the sync. */
  async #loadElsewhere(slices: Slices): Promise<void> {
    const { loader, limits, changed, onFault } = this.#parts
    const index = this.#index
    if (loader === null || index.putAnalysed === undefined || index.putTombstone === undefined) return
    const [putAnalysed, putTombstone] = [index.putAnalysed.bind(index), index.putTombstone.bind(index)]
    const work = { scope: this.scope, language: this.#settings.language, pageRows: limits.loaderPageRows }
    const pageDone = (): void => changed(this.scope)
    try {
      const result = await loadByLoader({ putAnalysed, putTombstone }, { ...work, loader, slices, pageDone })
      if (result.outcome === 'loaded') this.#sync.resumeAt(result.checkpoint)
      else this.#fresh()
    } catch (fault) {
      onFault(fault)
      this.#fresh()
    }
  }

  /** Settings change by a command, so they are looked at whenever the log has moved. Makes a new index when they did. */
  async #settingsStand(checkpoint: Checkpoint, slices: Slices): Promise<boolean> {
    if (this.#settingsAt === checkpoint.offset) return true
    const row = await this.#parts.reader.namespace(this.scope)
    this.#settingsAt = checkpoint.offset
    if (row === null || sameSettings(row, this.#settings)) return true
    await this.#replace(slices)
    return false
  }

  async #replace(slices: Slices): Promise<void> {
    this.#parts.metrics.dropped('replaced', this.#index.bytes())
    this.#settingsAt = null
    await this.#parts.snapshots?.forget(this.scope)
    this.#fresh()
    await this.#beginLoad(slices)
  }

  #configure(settings: IndexSettings): void {
    if (sameSettings(settings, this.#settings)) return
    this.#settings = { language: settings.language, profile: settings.profile }
    this.#fresh()
  }

  #fresh(): void {
    this.#index = this.#parts.makeIndex(this.#settings)
    this.#sync = this.#newSync()
  }

  #newSync(): ViewSync {
    const { reader, opener, limits } = this.#parts
    return new ViewSync(this.scope, reader, opener, this.#index, limits.viewPageRows)
  }

  async #waitForStore(offset: number): Promise<void> {
    const { progress, limits } = this.#parts
    if (await progress.waitForFold(this.#partition, offset, limits.visibleWaitMs)) return
    throw notYetVisible('Long-term memory is being folded again.')
  }

  async #serve(checkpoint: Checkpoint, slices: Slices): Promise<void> {
    slices.begin()
    const ahead: WaitingReader[] = []
    const readers = this.#takeWaiting()
    for (const [i, reader] of readers.entries()) {
      const others = readers.slice(i + 1).flatMap(({ question }) => question ?? [])
      if (checkpoint.offset >= reader.wish.offset) this.#serveOne(reader, checkpoint, { without: null, others })
      else if (reader.since === this.#round) this.#waiting.push(reader)
      else if (!reader.hasWaited) ahead.push({ ...reader, hasWaited: true })
      else reader.refuse(notYetVisible('Long-term memory answers with an older state than the asked position.'))
      // Whoever ranks elsewhere is given the next question as soon as it is done.
      if (slices.isUp() || this.#elsewhere.areSome) await slices.next()
    }
    if (ahead.length > 0) await this.#waitAgain(ahead)
  }

  /** What was folded when they came is not in what was read: readers were switched to another build in between. */
  async #waitAgain(ahead: readonly WaitingReader[]): Promise<void> {
    const { progress, limits } = this.#parts
    const offset = Math.max(...ahead.map(({ wish }) => wish.offset))
    await progress.waitForFold(this.#partition, offset, limits.visibleWaitMs)
    this.#waiting.push(...ahead)
  }

  /** `adopted` still stands when not one row of a failed catch-up was put; else there is nothing to read. */
  #refuse(reason: unknown): void {
    const { adopted } = this.#sync
    const keysAreAway = reason instanceof StandsBeforeError
    const without = keysAreAway ? 'keys' : 'store'
    if (keysAreAway) this.#parts.onFault(reason.cause)
    for (const reader of this.#takeWaiting()) {
      const stands = adopted !== null && adopted.offset >= reader.wish.offset
      const mayBeOlder = keysAreAway || (reader.wish.allowStale && isUnavailable(reason))
      if (stands && mayBeOlder) this.#serveOne(reader, adopted, { without, others: [] })
      else reader.refuse(keysAreAway ? reason.cause : reason)
    }
  }

  #serveOne(reader: WaitingReader, checkpoint: Checkpoint, as: ReadAs): void {
    try {
      const answer = reader.serve(checkpoint, as)
      if (answer !== null) this.#elsewhere.add(answer)
    } catch (reason) {
      reader.refuse(reason)
    }
  }

  #takeWaiting(): readonly WaitingReader[] {
    return this.#waiting.splice(0)
  }
}

const isUnavailable = (reason: unknown): boolean =>
  reason instanceof ProblemError &&
  (reason.problem.code === 'store_unavailable' || reason.problem.code === 'not_yet_visible')
