import { openSync } from 'node:fs'
import { ArchiveError } from './archive-error.ts'

/** The handle of a segment that is there. Throws an {@link ArchiveError} where it is not. */
export function openSegment(path: string, flags: 'r' | 'r+'): number {
  try {
    return openSync(path, flags)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new ArchiveError(`${path} is missing: take it from another copy of the archive`, { cause: error })
  }
}
