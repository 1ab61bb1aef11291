import type { Logger } from 'pino'

const EVERY_MS = 1000

/**
 * Logs faults that an answer went on without (it says `degraded`, or the fold makes up for it): one a second with how many
 * there were, since a dead store gives one for every request.
 */
export function faultLog(logger: Logger, now: () => number = () => performance.now()): (fault: unknown) => void {
  let lastAt = Number.NEGATIVE_INFINITY
  let unlogged = 0
  return (fault) => {
    unlogged += 1
    if (now() - lastAt < EVERY_MS) return
    lastAt = now()
    logger.error({ err: fault, faults: unlogged }, 'an answer went on without a part')
    unlogged = 0
  }
}
