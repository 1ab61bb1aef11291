import { type logCreator, logLevel } from 'kafkajs'
import type { Logger } from 'pino'

/**
 * kafkajs calls every failed try an error, with its stack, and goes on trying; what that means for the system is said by
 * the code around it. So its errors are warnings here and its chatter is for debugging.
 */
const PINO_LEVELS = new Map([
  [logLevel.ERROR, 'warn'],
  [logLevel.WARN, 'warn'],
  [logLevel.INFO, 'debug'],
  [logLevel.DEBUG, 'trace'],
] as const)

/** The level to give kafkajs, so that it does not build entries that would be dropped. */
export function kafkajsLogLevel(logger: Logger): logLevel {
  if (logger.isLevelEnabled('trace')) return logLevel.DEBUG
  if (logger.isLevelEnabled('debug')) return logLevel.INFO
  return logger.isLevelEnabled('warn') ? logLevel.WARN : logLevel.NOTHING
}

export function kafkajsLogs(logger: Logger): logCreator {
  const child = logger.child({ component: 'kafkajs' })
  return () =>
    ({ namespace, level, log }) => {
      const { message, timestamp: _timestamp, logger: _logger, stack: _stack, ...fields } = log
      child[PINO_LEVELS.get(level as Exclude<logLevel, logLevel.NOTHING>) ?? 'debug']({ namespace, ...fields }, message)
    }
}
