import type { Logger } from 'pino'
import type { Readiness } from '../http/http-server-deps.ts'

/** The end of a process in which nothing can go on: first it is unready, a moment later it ends with code 1. */
export interface UnreadyEnd {
  /** Begins the end. What else goes wrong meanwhile is logged. */
  begin(error: Error): void
  /** What a signal ends the process with: a supervisor that stops it in its last moment must read that it failed. */
  exitCode(): 0 | 1
  /** What `ready` says, until the end has begun. */
  readiness(ready: () => Readiness | Promise<Readiness>): Readiness | Promise<Readiness>
}

export interface UnreadyEndOptions {
  readonly logger: Logger
  readonly unreadyMs?: number
  /** Default: that of the process. */
  readonly exit?: (code: number) => void
}

/** Two looks of a balancer that looks every second, and below the session after which a group gives partitions away. */
const UNREADY_MS = 3_000
const EXIT_ON_BUG = 1

export function createUnreadyEnd({
  logger,
  unreadyMs = UNREADY_MS,
  exit = (code) => process.exit(code),
}: UnreadyEndOptions): UnreadyEnd {
  let begun = false
  return {
    begin(error) {
      logger.fatal({ err: error }, 'the process cannot go on')
      if (begun) return
      begun = true
      setTimeout(() => exit(EXIT_ON_BUG), unreadyMs)
    },
    exitCode: () => (begun ? EXIT_ON_BUG : 0),
    readiness: (ready) => (begun ? { ready: false, waitingFor: ['the end of this process'] } : ready()),
  }
}
