import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino'
import { scrubSecrets } from './scrub-secrets.ts'

/** Where credentials could get into a log line. Contents of memories are never passed to a logger at all. */
const SECRET_PATHS = [
  'authorization',
  'cookie',
  'headers.authorization',
  'headers.cookie',
  'req.headers.authorization',
  'req.headers.cookie',
  'request.headers.authorization',
  'request.headers.cookie',
  'err.config.headers.authorization',
]

export interface LoggerOptions {
  readonly level: string
  readonly destination?: DestinationStream
}

/**
 * JSON lines with RFC 3339 times. Credentials are replaced by `[redacted]`: those under the names above, and whatever has the
 * form of one, because the errors of other parts may quote what they were given.
 */
export function createLogger({ level, destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service: 'somabrain' },
    timestamp: stdTimeFunctions.isoTime,
    redact: { paths: SECRET_PATHS, censor: '[redacted]' },
    hooks: { streamWrite: scrubSecrets },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}
