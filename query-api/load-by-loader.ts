import type { Checkpoint } from '../domain/checkpoint.ts'
import type { Scope } from '../domain/names.ts'
import type { ChangeCursor } from './ports/long-term-reader.ts'
import type { AnalysedPage, ViewLoader } from './ports/view-loader.ts'
import type { Slices } from './turns.ts'
import type { ViewIndex } from './view-index.ts'
import { BEFORE_ALL_IDS } from './view-sync.ts'

/** `given-up`: a key is missing, or the store became another one halfway; this thread's sync finds out and says which. */
export type LoaderResult =
  | { readonly outcome: 'loaded'; readonly checkpoint: Checkpoint }
  | { readonly outcome: 'given-up' }

export interface LoaderWork {
  readonly scope: Scope
  readonly language: string
  readonly loader: ViewLoader
  readonly pageRows: number
  readonly slices: Slices
  readonly pageDone: () => void
}

/** Fills an empty index with all rows of a namespace, prepared by a loader; the next page is on its way meanwhile. */
export async function loadByLoader(
  index: Required<Pick<ViewIndex, 'putAnalysed' | 'putTombstone'>>,
  work: LoaderWork,
): Promise<LoaderResult> {
  const { loader, scope, language, pageRows, slices, pageDone } = work
  const read = (since: ChangeCursor): Promise<AnalysedPage> => {
    const page = loader.page(scope, language, since, pageRows)
    // Met where it is awaited.
    page.catch(() => undefined)
    return page
  }
  let page = await read({ changed: 0, memoryId: BEFORE_ALL_IDS })
  const first = page.checkpoint
  for (;;) {
    if (page.keyMissing || !continues(first, page.checkpoint)) return { outcome: 'given-up' }
    const next = page.next === null ? null : read(page.next)
    slices.begin()
    for (const memoryId of page.tombstones) index.putTombstone(memoryId)
    for (const memory of page.memories) {
      index.putAnalysed(memory)
      if (slices.isUp()) await slices.next()
    }
    pageDone()
    if (next === null) return { outcome: 'loaded', checkpoint: page.checkpoint }
    page = await next
  }
}

const continues = (first: Checkpoint, now: Checkpoint): boolean =>
  now.generation === first.generation && now.foldVersion === first.foldVersion && now.offset >= first.offset
