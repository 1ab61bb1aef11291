import { ProblemError } from '../../domain/problem.ts'

const RETRY_AFTER_SECONDS = 1

/** The thread that held the view ended: the next read loads it again. */
export const viewLost = (cause: Error): ProblemError =>
  new ProblemError(
    {
      code: 'view_lost',
      detail: 'The thread that holds this namespace in memory has ended; the namespace is loaded again.',
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    },
    { cause },
  )
