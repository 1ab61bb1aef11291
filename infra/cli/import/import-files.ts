import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, extname, join, relative, sep } from 'node:path'

export type ImportFormat = 'markdown' | 'text' | 'json-lines'

export interface ImportFile {
  /** Where to read it. */
  readonly location: string
  /** Relative to the folder that was named, with `/`; a file that was named itself: its name. */
  readonly path: string
  readonly format: ImportFormat
  readonly bytes: number
}

const formats: Readonly<Record<string, ImportFormat>> = {
  '.md': 'markdown',
  '.markdown': 'markdown',
  '.mdx': 'markdown',
  '.txt': 'text',
  '.text': 'text',
  '.jsonl': 'json-lines',
  '.ndjson': 'json-lines',
}

const formatOf = (location: string): ImportFormat | undefined => formats[extname(location).toLowerCase()]

/** Hidden entries are nobody's notes, and installed packages only when they were asked for. */
function isPassedOver(name: string, insideModules: boolean): boolean {
  return name.startsWith('.') || (name === 'node_modules' && !insideModules)
}

async function* filesBelow(root: string, folder: string, insideModules: boolean): AsyncGenerator<ImportFile> {
  const entries = await readdir(folder, { withFileTypes: true })
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    if (isPassedOver(entry.name, insideModules)) continue
    const location = join(folder, entry.name)
    if (entry.isDirectory()) {
      yield* filesBelow(root, location, insideModules)
    } else if (entry.isFile()) {
      const format = formatOf(location)
      if (format === undefined) continue
      const { size } = await stat(location)
      yield { location, path: relative(root, location).replaceAll(sep, '/'), format, bytes: size }
    }
  }
}

/**
 * The files to import under the given paths, in a stable order. Folders are walked without following links; a file that
 * is named itself is read whatever its name says, as plain text when that says nothing.
 */
export async function* importFiles(paths: readonly string[]): AsyncGenerator<ImportFile> {
  for (const given of paths) {
    const location = await realpath(given)
    const { size, isFolder } = await stat(location).then((found) => ({
      size: found.size,
      isFolder: found.isDirectory(),
    }))
    if (isFolder) {
      yield* filesBelow(location, location, location.split(sep).includes('node_modules'))
    } else {
      yield { location, path: basename(given), format: formatOf(given) ?? 'text', bytes: size }
    }
  }
}

/** Two files of one relative path: their memories would share an episode, and equal sections a key. */
export class SamePathError extends Error {
  constructor(path: string, locations: readonly [string, string]) {
    super(
      `${locations[0]} and ${locations[1]} would both be the episode ${path}: name the folder that holds both, or give each a namespace`,
    )
    this.name = 'SamePathError'
  }
}

/**
 * All of them, one that is named twice once.
 *
 * @throws {SamePathError}
 */
export async function allImportFiles(paths: readonly string[]): Promise<readonly ImportFile[]> {
  const files = new Map<string, ImportFile>()
  for await (const file of importFiles(paths)) {
    const same = files.get(file.path)
    if (same === undefined) files.set(file.path, file)
    else if (same.location !== file.location) throw new SamePathError(file.path, [same.location, file.location])
  }
  return [...files.values()]
}
