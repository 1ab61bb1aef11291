import { type Scope, scopeKey } from '../../../domain/names.ts'
import {
  type ArchivedColumns,
  type IndexArchive,
  RestoringArchive,
  SavingArchive,
} from '../../../domain/recall/columns/index-archive.ts'
import type { StandingView, ViewSnapshots } from '../../../query-api/ports/view-snapshots.ts'
import { type IndexSettings, type MakeIndex, sameSettings, type ViewIndex } from '../../../query-api/view-index.ts'
import { readKeyId, readSnapshot, type SnapshotKey, writeSnapshot } from './snapshot-file.ts'
import type { SnapshotFolder } from './snapshot-folder.ts'
import { manifestOf } from './snapshot-manifest.ts'

export interface ArchivableIndex extends ViewIndex {
  archive(archive: IndexArchive): void
}

export interface DiskSnapshotOptions<Index extends ArchivableIndex> {
  readonly folder: SnapshotFolder
  readonly makeIndex: MakeIndex<Index>
  /** Of the code: a snapshot of another release is not read. */
  readonly release: string
  /** Told of a snapshot that could not be read or written. */
  readonly onFault: (fault: unknown) => void
  /** How long a view is left alone before it is written, so that a burst of changes is written once. Default 2,000. */
  readonly settleMs?: number
}

const SETTLE_MS = 2_000
/** Written again when so much of it has changed. */
const CHANGED_SHARE = 0.1
/** A view that changes while it is written is begun again; the last time, from a copy. */
const ATTEMPTS = 3

interface State<Index extends ArchivableIndex> {
  /** The view as it is now; another index takes its place when the log or the settings are others. */
  view: StandingView<Index>
  /** Of that view, rows applied when its snapshot was written; `null` while there is none of it. */
  writtenAt: number | null
  tombstones: number
  timer: NodeJS.Timeout | null
  forgetting: Promise<void>
}

/** Snapshots of views in a folder: written when a tenth of a view has changed, and at once anew after an erasure. */
export class DiskSnapshots<Index extends ArchivableIndex> implements ViewSnapshots<Index> {
  readonly #options: DiskSnapshotOptions<Index>
  readonly #states = new Map<string, State<Index>>()

  /** Indexes that came from a snapshot and were not seen standing yet. */
  readonly #restored = new WeakSet<Index>()

  constructor(options: DiskSnapshotOptions<Index>) {
    this.#options = options
  }

  async load(scope: Scope, settings: IndexSettings) {
    try {
      return await this.#read(scope, settings)
    } catch (cause) {
      this.#options.onFault(new Error(`The snapshot of namespace ${scope.namespace} is unusable`, { cause }))
      await this.forget(scope)
      return null
    }
  }

  stands(view: StandingView<Index>): void {
    const key = scopeKey(view.scope)
    const known = this.#states.get(key)
    const state = known?.view.index === view.index ? known : this.#take(key, view)
    if (view.tombstones() > state.tombstones) {
      state.tombstones = view.tombstones()
      state.writtenAt = null
      state.forgetting = this.forget(view.scope)
    }
    if (state.timer !== null || !isDue(state)) return
    state.timer = setTimeout(() => void this.#write(state), this.#options.settleMs ?? SETTLE_MS).unref()
  }

  left(scope: Scope): void {
    const key = scopeKey(scope)
    const state = this.#states.get(key)
    if (state?.timer != null) clearTimeout(state.timer)
    this.#states.delete(key)
  }

  async forget(scope: Scope): Promise<void> {
    try {
      await this.#options.folder.forget(scope)
    } catch (cause) {
      this.#options.onFault(new Error(`The snapshot of namespace ${scope.namespace} cannot be removed`, { cause }))
    }
  }

  #isCurrent(state: State<Index>): boolean {
    return this.#states.get(scopeKey(state.view.scope)) === state
  }

  #take(key: string, view: StandingView<Index>): State<Index> {
    const before = this.#states.get(key)
    if (before?.timer != null) clearTimeout(before.timer)
    const restored = this.#restored.delete(view.index)
    const state: State<Index> = {
      view,
      writtenAt: restored ? 0 : null,
      tombstones: 0,
      timer: null,
      forgetting: Promise.resolve(),
    }
    this.#states.set(key, state)
    return state
  }

  async #read(scope: Scope, settings: IndexSettings) {
    const { folder, release, makeIndex } = this.#options
    const file = await folder.openView(scope)
    if (file === null) return null
    try {
      const key = await folder.key(scope)
      if (key === null || key.keyId !== (await readKeyId(file))) throw new Error('its key is gone')
      const read = await readSnapshot(
        file,
        scope,
        key,
        (head) => head.release === release && sameSettings(head.settings, settings),
      )
      if (read === null) return null
      const index = makeIndex(settings)
      index.archive(new RestoringArchive(read.columns))
      this.#restored.add(index)
      return { index, checkpoint: read.manifest.checkpoint }
    } finally {
      await file.close()
    }
  }

  async #write(state: State<Index>): Promise<void> {
    const { tombstones } = state
    try {
      await state.forgetting
      if (this.#isCurrent(state)) await this.#writeWhole(state)
    } catch (cause) {
      // Not again before it has changed as much again: a folder that cannot be written stays so.
      state.writtenAt = state.view.applied()
      this.#options.onFault(new Error(`The snapshot of ${state.view.scope.namespace} cannot be written`, { cause }))
    } finally {
      state.timer = null
    }
    // Forgotten while it was written: whatever came of that is not of the view as it is now.
    if (state.tombstones !== tombstones && this.#isCurrent(state)) {
      state.writtenAt = null
      this.stands(state.view)
    }
  }

  /** All attempts are under one key: when an erasure takes that away, what is being written here must not come after it. */
  async #writeWhole(state: State<Index>): Promise<void> {
    const { folder } = this.#options
    const { scope } = state.view
    const key = (await folder.key(scope)) ?? (await folder.makeKey(scope))
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      if (await this.#writeOnce(state, key, attempt === ATTEMPTS)) return
    }
  }

  /** False when the view changed meanwhile, or the key is another. */
  async #writeOnce(state: State<Index>, key: SnapshotKey, copy: boolean): Promise<boolean> {
    const { folder, release } = this.#options
    const { view } = state
    const checkpoint = view.adopted()
    if (checkpoint === null) return false
    const applied = view.applied()
    const live = new SavingArchive()
    view.index.archive(live)
    const columns = copy ? copied(live.columns) : live.columns
    const unchanged = copy ? () => true : () => view.applied() === applied
    const manifest = manifestOf({ release, settings: view.settings, checkpoint }, columns)
    const done = await folder.replaceView(view.scope, key.keyId, (file) =>
      writeSnapshot(file, view.scope, key, manifest, columns, unchanged),
    )
    if (done) state.writtenAt = applied
    return done
  }
}

function isDue<Index extends ArchivableIndex>({ view, writtenAt }: State<Index>): boolean {
  return writtenAt === null || view.applied() - writtenAt >= view.index.size * CHANGED_SHARE
}

const copied = (columns: ArchivedColumns): ArchivedColumns =>
  new Map([...columns].map(([name, blocks]) => [name, blocks.map((block) => block.slice())]))
