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

export type Needle = string | Uint8Array

/** Bytes as they are, and a text in any form that a file may have it in, each once. */
function distinctForms(needles: readonly Needle[]): Buffer[] {
  const forms = needles.flatMap((needle) => (typeof needle === 'string' ? formsOf(needle) : [Buffer.from(needle)]))
  return [...new Map(forms.map((form) => [form.toString('latin1'), form])).values()]
}

/** Of each group of needles, the files that hold any of it byte for byte. A file is read once for all of them. */
export function filesHoldingEach<Group extends string>(
  folder: string,
  needles: Readonly<Record<Group, readonly Needle[]>>,
): Record<Group, string[]> {
  const groups = (Object.keys(needles) as Group[]).map((group) => ({
    ...{ group, forms: distinctForms(needles[group]) },
    files: [] as string[],
  }))
  for (const path of filesBelow(folder)) {
    const bytes = ifThere(() => readFileSync(path))
    if (bytes === null) continue
    for (const { forms, files } of groups) if (forms.some((form) => bytes.includes(form))) files.push(path)
  }
  return Object.fromEntries(groups.map(({ group, files }) => [group, files])) as Record<Group, string[]>
}

/** The files that hold any of the needles byte for byte. */
export const filesHolding = (folder: string, needles: readonly Needle[]): string[] =>
  filesHoldingEach(folder, { needles }).needles
