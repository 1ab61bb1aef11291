import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Waits until a file, or a directory's names, are on disk: a new name is durable only once its directory is (fsync(2)). */
export function syncFile(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
