import { readFileSync } from 'node:fs'
import avsc from 'avsc'

/** A released schema. Its number is committed, never a registry's id: a rebuilt registry breaks nothing. */
export interface CatalogueEntry {
  readonly number: number
  readonly type: string
  readonly version: number
  readonly file: string
  /** TopicRecordName subject in the registry; `null` for what lies inside a seal. */
  readonly subject: string | null
}

const here = new URL('./', import.meta.url)
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, here), 'utf8'))

export const catalogue = read('catalogue.json') as readonly CatalogueEntry[]

const byNumber = new Map(catalogue.map((entry) => [entry.number, entry]))

/** The newest released schema of each type: what this build writes, and reads everything older as. */
const newest = new Map<string, CatalogueEntry>()
for (const entry of catalogue) {
  if (entry.version > (newest.get(entry.type)?.version ?? 0)) newest.set(entry.type, entry)
}

export function newestOf(type: string): CatalogueEntry {
  const entry = newest.get(type)
  if (entry === undefined) throw new Error(`No schema of type ${type} in schemas/catalogue.json`)
  return entry
}

export const entryOf = (number: number): CatalogueEntry | undefined => byNumber.get(number)

const types = new Map<number, avsc.Type>()

/** The parsed schema of a committed number. Unions are wrapped, so that a branch is never guessed. */
export function typeOf(entry: CatalogueEntry): avsc.Type {
  let type = types.get(entry.number)
  if (type === undefined) {
    type = avsc.Type.forSchema(read(entry.file) as avsc.Schema, { wrapUnions: true })
    types.set(entry.number, type)
  }
  return type
}
