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

type Puts = Required<Pick<ViewIndex, 'putAnalysed' | 'putTombstone'>>

/**
 * Fills an empty index with the rows of a namespace up to the checkpoint of the first page, prepared by a loader in two
 * streams: older and newer rows. A row that changes meanwhile has a later `changed` then, and comes with the sync that
 * goes on from that checkpoint. While a page is put, the next one of its stream is on its way.
 */
export async function loadByLoader(index: Puts, work: LoaderWork): Promise<LoaderResult> {
  const { loader, scope, language, pageRows } = work
  const read = (since: ChangeCursor, upTo: number): Promise<AnalysedPage> => {
    const page = loader.page(scope, language, { since, upTo }, pageRows)
    // Met where it is awaited.
    page.catch(() => undefined)
    return page
  }
  const first = await read({ changed: 0, memoryId: BEFORE_ALL_IDS }, Number.MAX_SAFE_INTEGER)
  const { checkpoint } = first
  const middle = Math.floor((first.next?.changed ?? 0) / 2 + checkpoint.offset / 2)
  const newer = first.next === null ? null : read({ changed: middle + 1, memoryId: BEFORE_ALL_IDS }, checkpoint.offset)
  const stream = async (begun: AnalysedPage, upTo: number): Promise<boolean> => {
    for (let page = begun; ; ) {
      if (page.keyMissing || !continues(checkpoint, page.checkpoint)) return false
      const next = page.next === null || page.next.changed > upTo ? null : read(page.next, upTo)
      await put(index, page, work)
      if (next === null) return true
      page = await next
    }
  }
  const streams = [
    stream(first, middle),
    ...(newer === null ? [] : [newer.then((page) => stream(page, checkpoint.offset))]),
  ]
  const complete = await Promise.all(streams)
  return complete.every(Boolean) ? { outcome: 'loaded', checkpoint } : { outcome: 'given-up' }
}

async function put(index: Puts, page: AnalysedPage, { slices, pageDone }: LoaderWork): Promise<void> {
  for (const memoryId of page.tombstones) index.putTombstone(memoryId)
  for (const memory of page.memories) {
    index.putAnalysed(memory)
    if (slices.isUp()) await slices.next()
  }
  pageDone()
}

const continues = (first: Checkpoint, now: Checkpoint): boolean =>
  now.generation === first.generation && now.foldVersion === first.foldVersion && now.offset >= first.offset
