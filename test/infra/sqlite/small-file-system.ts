import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SmallFileSystem {
  readonly path: string
  remove(): void
}

/** A real file system of so many MiB in memory, or the reason why this machine gives none. Only root may mount. */
export function mountSmallFileSystem(megabytes: number): SmallFileSystem | string {
  const path = mkdtempSync(join(tmpdir(), 'somabrain-small-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'pipe' })
  } catch (error) {
    rmSync(path, { recursive: true })
    return error instanceof Error ? error.message : String(error)
  }
  return {
    path,
    remove() {
      execFileSync('umount', [path], { stdio: 'pipe' })
      rmSync(path, { recursive: true })
    },
  }
}
