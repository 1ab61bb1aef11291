import { readFileSync } from 'node:fs'
import type { CatalogueEntry } from './catalogue.ts'
import { incompatibilities } from './compatibility.ts'
import { fingerprintOf } from './schema-content.ts'

/** A schema of a release. Its file is never edited again: a replay of the log reads with it for ever. */
export interface ReleasedSchema {
  readonly number: number
  readonly file: string
  /** {@link fingerprintOf} the file. */
  readonly sha256: string
}

export const releasedSchemas = JSON.parse(
  readFileSync(new URL('released.json', import.meta.url), 'utf8'),
) as readonly ReleasedSchema[]

/** What is wrong with a schema of the catalogue. */
export interface SchemaFault {
  readonly file: string
  readonly rule: string
  readonly message: string
}

export interface CatalogueFiles {
  readonly catalogue: readonly CatalogueEntry[]
  readonly released: readonly ReleasedSchema[]
  readonly read: (entry: Pick<CatalogueEntry, 'file'>) => unknown
}

/**
 * Whether every released schema is as it was released, and every version can be read and written beside every other version
 * of its record (FULL_TRANSITIVE), sealed ones included. Offline and pure but for `read`.
 */
export function catalogueFaults({ catalogue, released, read }: CatalogueFiles): readonly SchemaFault[] {
  const changed = released.flatMap((schema) => changedSinceRelease(schema, catalogue, read))
  const incompatible = catalogue.flatMap((entry) => {
    const earlier = catalogue.filter(({ type, version }) => type === entry.type && version < entry.version)
    const versions = earlier.map((other) => ({ version: other.version, schema: read(other) }))
    return incompatibilities(read(entry), versions).map(({ rule, message }) => ({ file: entry.file, rule, message }))
  })
  return [...changed, ...repeatedNumbers(catalogue), ...incompatible]
}

/** Schemas of the catalogue that no release has yet, as `released.json` will name them. */
export function unreleased({ catalogue, released, read }: CatalogueFiles): readonly ReleasedSchema[] {
  const known = new Set(released.map(({ number }) => number))
  return catalogue
    .filter(({ number }) => !known.has(number))
    .map((entry) => ({ number: entry.number, file: entry.file, sha256: fingerprintOf(read(entry)) }))
}

function changedSinceRelease(
  { number, file, sha256 }: ReleasedSchema,
  catalogue: readonly CatalogueEntry[],
  read: CatalogueFiles['read'],
): readonly SchemaFault[] {
  const entry = catalogue.find((one) => one.number === number)
  if (entry?.file !== file) {
    const now = entry === undefined ? 'is in no catalogue any more' : `names ${entry.file} now`
    return [{ file, rule: 'released-schema-removed', message: `number ${number} was released as ${file} and ${now}` }]
  }
  if (fingerprintOf(read(entry)) === sha256) return []
  const message = `${file} was edited after its release; put it back and write the change as a new version`
  return [{ file, rule: 'released-schema-edited', message }]
}

function repeatedNumbers(catalogue: readonly CatalogueEntry[]): readonly SchemaFault[] {
  const seen = new Map<number, string>()
  return catalogue.flatMap(({ number, file }) => {
    const other = seen.get(number)
    seen.set(number, file)
    if (other === undefined) return []
    return [{ file, rule: 'number-repeated', message: `${file} and ${other} both have number ${number}` }]
  })
}
