import { DatabaseError } from 'pg'
import { NotPreparedError } from '../../cluster/prepare-cluster.ts'
import { RedisDownError } from '../../cluster/rebuild/operator-redis.ts'
import { MasterKeyError } from '../../crypto/master-key.ts'
import { PartError } from '../part-error.ts'

const UNDEFINED_TABLE = '42P01'
const UNDEFINED_SCHEMA = '3F000'

const inWords = [NotPreparedError, MasterKeyError, RedisDownError]

/** Runs `work`; what an operator can mend is thrown as a {@link PartError} in words. */
export async function namingPart<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const message = messageOf(error)
    throw message === null ? error : new PartError(message, { cause: error })
  }
}

function messageOf(error: unknown): string | null {
  if (inWords.some((kind) => error instanceof kind)) return (error as Error).message
  if (error instanceof DatabaseError) {
    const isMissing = error.code === UNDEFINED_TABLE || error.code === UNDEFINED_SCHEMA
    const hint = isMissing ? ': npm run somabrain -- migrate' : ''
    return `Postgres: ${error.message}${hint}`
  }
  // Node gives one error for each address of a host that it tried.
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0])
  if (error instanceof Error && 'syscall' in error) return error.message
  return null
}
