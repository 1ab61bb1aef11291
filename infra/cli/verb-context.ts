import type { ServerChoice } from './command-line.ts'
import type { RetryOptions } from './retrying.ts'
import type { EmbeddedServer, Session } from './session.ts'
import { openSession } from './session.ts'
import { paint, type Terminal } from './view/terminal.ts'

/** What a rebuild of the data directory came to. */
export interface RebuildReport {
  /** State hashes: of the stores as they were found, and as folded again. Equal when nothing was lost or invented. `before` is `null` when there was nothing to compare with. */
  readonly before: string | null
  /** Why there was nothing to compare with; `null` when there was. */
  readonly incomparable: string | null
  /** Where the audit table is that was chained from another log; `null`: it was left in place. */
  readonly auditSetAside: string | null
  readonly after: string
  /** Records of the log that were folded. */
  readonly records: number
}

/** What the verbs need from the world; the composition root gives it. */
export interface VerbContext {
  readonly out: Terminal
  readonly err: Terminal
  /** The data directory, for when no server answers. */
  readonly dataDir: string
  readonly hasData: () => boolean
  /** Whether the addresses of a cluster are set: then what is stored is there, and no directory is opened instead. */
  readonly isCluster: () => boolean
  readonly startEmbedded: () => Promise<EmbeddedServer>
  readonly rebuild: (onProgress: (done: number, total: number) => void) => Promise<RebuildReport>
  readonly sleep: (ms: number) => Promise<void>
  /** Milliseconds from some start; only differences count. */
  readonly elapsedMs: () => number
}

/** Whether a verb only looks, or brings something: only then is a new data directory made. */
export type Purpose = 'read' | 'write'

/** Opens the session a verb asked for and closes it whatever happens. */
export async function withSession<T>(
  context: VerbContext,
  server: ServerChoice,
  purpose: Purpose,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const startEmbedded = async () => {
    if (context.isCluster()) {
      const remedy = 'start a server with the same environment, or name one with --url'
      throw new Error(`no server answers at ${server.url}, and the addresses of a cluster are set: ${remedy}`)
    }
    if (purpose === 'write' || context.hasData()) return context.startEmbedded()
    throw new Error(`no server answers at ${server.url}, and nothing is stored in ${context.dataDir} yet`)
  }
  const session = await openSession({
    url: server.url,
    token: server.token,
    startEmbedded: server.isGiven ? null : startEmbedded,
  })
  if (session.isEmbedded) {
    context.err.write(
      `${paint(context.err, 'dim', `No server at ${server.url}: opening ${context.dataDir} in this process.`)}\n`,
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
