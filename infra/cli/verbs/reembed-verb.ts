import type { EmbedProgress } from '../../../commands/embed-pass.ts'
import type { BackgroundEmbedding } from '../../embedder/background-embedding.ts'
import { duration } from '../view/progress-view.ts'
import { paint, type Terminal } from '../view/terminal.ts'

export interface ReembedContext {
  readonly out: Terminal
  readonly err: Terminal
  readonly elapsedMs: () => number
  /** Ends the work behind the batch that is under way. */
  readonly signal: AbortSignal
}

const SHOW_EVERY_MS = 2_000

/**
 * Gives every live memory a vector of another model, as Embed commands, while readers go on with the one in use. What is
 * done is known by the log, so it may be ended and called again at any time. Exit code 0 when nothing is left.
 */
export async function reembedVerb(
  to: { readonly model: string; readonly stated: string },
  embedding: Pick<BackgroundEmbedding, 'embedAll'>,
  { out, err, elapsedMs, signal }: ReembedContext,
): Promise<number> {
  const begun = elapsedMs()
  let shownAt = begun
  const tell = (progress: EmbedProgress): void => {
    if (elapsedMs() - shownAt < SHOW_EVERY_MS) return
    shownAt = elapsedMs()
    err.write(`${progressLine(progress, (shownAt - begun) / 1000)}\n`)
  }
  const { seen, embedded } = await embedding.embedAll(signal, tell)
  if (signal.aborted) {
    err.write(`ended after ${number(embedded)}: call it again to go on\n`)
    return 1
  }
  const took = duration((elapsedMs() - begun) / 1000)
  out.write(
    `${paint(out, 'green', 'embedded')}  ${number(embedded)} of ${number(seen)} memories by ${to.model} in ${took}\n`,
  )
  out.write(`Servers that start with SOMABRAIN_EMBEDDER=${to.stated} recall by it from now on.\n`)
  return 0
}

function progressLine({ embedded, waiting }: EmbedProgress, seconds: number): string {
  const rate = embedded / Math.max(0.001, seconds)
  const left = embedded === 0 ? '…' : duration(waiting / rate)
  return `embedded ${number(embedded)} of ${number(embedded + waiting)}, ${rate.toFixed(1)}/s, ${left} left`
}

const number = (count: number): string => count.toLocaleString('en-US')
