import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Every file below a folder. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesBelow(path)
    return entry.isFile() && statSync(path).size > 0 ? [path] : []
  })
}

/** The files that hold any of the needles, byte for byte: as text in UTF-8 and UTF-16, as JSON escapes, or as raw bytes. */
export function filesHolding(folder: string, needles: ReadonlyArray<string | Uint8Array>): string[] {
  const forms = needles.flatMap((needle) =>
    typeof needle === 'string' ? [Buffer.from(needle), Buffer.from(needle, 'utf16le')] : [Buffer.from(needle)],
  )
  return filesBelow(folder).filter((path) => {
    const bytes = readFileSync(path)
    return forms.some((form) => bytes.includes(form))
  })
}
