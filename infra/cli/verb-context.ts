import type { ServerChoice } from './command-line.ts'
import type { RetryOptions } from './retrying.ts'
import type { EmbeddedServer, Session } from './session.ts'
import { openSession } from './session.ts'
import { paint, type Terminal } from './view/terminal.ts'

/** What a rebuild of the data directory came to. */
export interface RebuildReport {
  /** State hashes: of the stores as they were found, and as folded again. Equal when nothing was lost or invented. */
  readonly before: string
  readonly after: string
  /** Records of the log that were folded. */
  readonly records: number
}

/** What the verbs need from the world; the composition root gives it. */
export interface VerbContext {
  readonly out: Terminal
  readonly err: Terminal
  readonly startEmbedded: () => Promise<EmbeddedServer>
  readonly rebuild: (onProgress: (done: number, total: number) => void) => Promise<RebuildReport>
  readonly sleep: (ms: number) => Promise<void>
  /** Milliseconds from some start; only differences count. */
  readonly elapsedMs: () => number
}

/** Opens the session a verb asked for and closes it whatever happens. */
export async function withSession<T>(
  context: VerbContext,
  server: ServerChoice,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession({
    url: server.url,
    token: server.token,
    startEmbedded: server.isGiven ? null : context.startEmbedded,
  })
  if (session.isEmbedded) {
    context.err.write(
      `${paint(context.err, 'dim', `No server at ${server.url}: the data directory is open in this process.`)}\n`,
    )
  }
  try {
    return await work(session)
  } finally {
    await session.close()
  }
}

const ATTEMPTS = 12

export const retryOptions = (context: VerbContext): RetryOptions => ({
  sleep: context.sleep,
  attempts: ATTEMPTS,
  onWait: (reason, ms) => {
    const line = `waiting ${(ms / 1000).toFixed(1)} s: ${reason}`
    context.err.write(`${paint(context.err, 'yellow', line)}\n`)
  },
})
