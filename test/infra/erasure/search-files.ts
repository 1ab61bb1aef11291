import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What is read of a file or a folder, or null when it was deleted meanwhile: a store that others use too deletes its own. */
function ifThere<Read>(read: () => Read): Read | null {
  try {
    return read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Every file below a folder. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return ifThere(() => filesBelow(path)) ?? []
    return entry.isFile() && ifThere(() => statSync(path).size > 0) === true ? [path] : []
  })
}

/** The files that hold any of the needles, byte for byte: as text in UTF-8 and UTF-16, as JSON escapes, or as raw bytes. */
export function filesHolding(folder: string, needles: ReadonlyArray<string | Uint8Array>): string[] {
  const forms = needles.flatMap((needle) =>
    typeof needle === 'string' ? [Buffer.from(needle), Buffer.from(needle, 'utf16le')] : [Buffer.from(needle)],
  )
  return filesBelow(folder).filter((path) => {
    const bytes = ifThere(() => readFileSync(path))
    return bytes !== null && forms.some((form) => bytes.includes(form))
  })
}
