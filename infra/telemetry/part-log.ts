import type { Logger } from 'pino'
import type { PartChanged } from './health.ts'

/** The words of what `/health` shows as one of a few: a line when a part begins to fail, fails otherwise, or is well again. */
export const partLog =
  (logger: Logger): PartChanged =>
  (part, failure) => {
    if (failure === null) logger.info({ part }, 'a part is well again')
    else logger.error({ part, told: failure.told, err: failure.error }, 'a part fails')
  }
