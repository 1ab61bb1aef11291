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

/** As what writes nothing but ASCII would have it in JSON. */
const jsonEscaped = (text: string): string =>
  JSON.stringify(text)
    .slice(1, -1)
    .replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** What a text looks like in a file: in UTF-8 and UTF-16, and in JSON with and without escapes for what is not ASCII. */
const formsOf = (text: string): Buffer[] => [
  Buffer.from(text),
  Buffer.from(text, 'utf16le'),
  Buffer.from(JSON.stringify(text).slice(1, -1)),
  Buffer.from(jsonEscaped(text)),
]

/** The files that hold any of the needles byte for byte: bytes as they are, and a text in any form that a file may have it in. */
export function filesHolding(folder: string, needles: ReadonlyArray<string | Uint8Array>): string[] {
  const forms = needles.flatMap((needle) => (typeof needle === 'string' ? formsOf(needle) : [Buffer.from(needle)]))
  return filesBelow(folder).filter((path) => {
    const bytes = ifThere(() => readFileSync(path))
    return bytes !== null && forms.some((form) => bytes.includes(form))
  })
}
