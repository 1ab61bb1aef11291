import { renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { syncFile } from './sync-file.ts'

/** Writes a small file whole or not at all, on disk when this returns: whoever reads it never meets the half of it. */
export function replaceFile(file: string, text: string, mode = 0o600): void {
  const draft = `${file}.new`
  writeFileSync(draft, text, { mode, flush: true })
  renameSync(draft, file)
  syncFile(dirname(file))
}
