import type { CatalogueEntry } from '../../schemas/catalogue.ts'
import { incompatibilities } from '../../schemas/compatibility.ts'
import type { CatalogueFiles, SchemaFault } from '../../schemas/released.ts'
import { schemaIdentity } from '../../schemas/schema-content.ts'
import { schemaDifferences } from '../../schemas/schema-differences.ts'
import { REQUIRED_COMPATIBILITY, type RegisteredVersion, type RegistryClient } from './registry-client.ts'
import { subjectOf } from './schema-ids.ts'

/** The schemas of this build beside those of a registry. */
export interface RegistryView {
  readonly registry: RegistryClient
  readonly files: CatalogueFiles
  readonly topicPrefix: string
}

interface FramedEntry {
  readonly entry: CatalogueEntry
  readonly subject: string
  readonly schema: unknown
}

/** Entries that stand in a topic, in the order of their versions, which is the order to register them in. */
function framedEntries({ files, topicPrefix }: RegistryView): readonly FramedEntry[] {
  return files.catalogue
    .flatMap((entry) => {
      const subject = subjectOf(entry, topicPrefix)
      return subject === null ? [] : [{ entry, subject, schema: files.read(entry) }]
    })
    .sort((a, b) => a.entry.version - b.entry.version || a.entry.number - b.entry.number)
}

/** Every rule that a schema of this build breaks with a version that the registry has, by our rules and by the registry's. */
export async function registryFaults(view: RegistryView): Promise<readonly SchemaFault[]> {
  const faults = await Promise.all(
    framedEntries(view).map(async ({ entry, subject, schema }) => {
      const identity = schemaIdentity(schema)
      const others = (await view.registry.versions(subject)).filter((one) => schemaIdentity(one.schema) !== identity)
      const found = incompatibilities(schema, others)
      if (found.length > 0) {
        return found.map(({ rule, message }) => ({ file: entry.file, rule, message: `${subject}: ${message}` }))
      }
      return refusalOf(view.registry, subject, { entry, schema })
    }),
  )
  return faults.flat()
}

/** The registry may know a rule that we don't. What it has already it need not judge. */
async function refusalOf(
  registry: RegistryClient,
  subject: string,
  { entry, schema }: Pick<FramedEntry, 'entry' | 'schema'>,
): Promise<readonly SchemaFault[]> {
  if ((await registry.idOf(subject, schema)) !== null || (await registry.isCompatible(subject, schema)) !== false)
    return []
  const message = `${subject}: the registry calls ${entry.file} incompatible, and none of our rules says why`
  return [{ file: entry.file, rule: 'refused-by-registry', message }]
}

export interface RegisteredRow {
  readonly subject: string
  readonly number: number
  readonly id: number
  readonly isNew: boolean
}

/** Registers what is missing, each subject held to FULL_TRANSITIVE first. What is there already keeps its id. */
export async function registerSchemas(view: RegistryView): Promise<readonly RegisteredRow[]> {
  const rows: RegisteredRow[] = []
  // One after the other: of two versions of a record the older one has to come first.
  for (const { entry, subject, schema } of framedEntries(view)) {
    const known = await view.registry.idOf(subject, schema)
    // Processes that start at once would otherwise set the level of every subject at the same moment, which Apicurio refuses.
    const isKept = known !== null && (await view.registry.compatibilityOf(subject)) === REQUIRED_COMPATIBILITY
    const id = isKept ? known : await view.registry.register(subject, schema)
    rows.push({ subject, number: entry.number, id, isNew: known === null })
  }
  return rows
}

export interface ListedRow {
  readonly subject: string
  /** The registry's. */
  readonly version: number
  readonly id: number
  /** The committed number; `null`: this build does not have the schema. */
  readonly number: number | null
  readonly compatibility: string | null
}

/** Everything that the registry has under the subjects of the prefix that this build knows, or that begin like them. */
export async function listSchemas(view: RegistryView): Promise<readonly ListedRow[]> {
  const entries = framedEntries(view)
  const topics = new Set(
    entries.map(({ subject }) => subject.slice(0, subject.indexOf('-', view.topicPrefix.length) + 1)),
  )
  const subjects = (await view.registry.subjects()).filter((name) =>
    [...topics].some((topic) => name.startsWith(topic)),
  )
  const rows = await Promise.all(
    subjects.sort().map(async (subject) => {
      const [versions, compatibility] = await Promise.all([
        view.registry.versions(subject),
        view.registry.compatibilityOf(subject),
      ])
      return versions.map(({ version, id, schema }) => {
        const number = entryFor(entries, subject, schema)?.entry.number ?? null
        return { subject, version, id, number, compatibility }
      })
    }),
  )
  return rows.flat()
}

const entryFor = (entries: readonly FramedEntry[], subject: string, schema: unknown): FramedEntry | undefined => {
  const identity = schemaIdentity(schema)
  return entries.find((one) => one.subject === subject && schemaIdentity(one.schema) === identity)
}

/** What differs between the files of this build and the registry, a line each; empty when the registry is as it should be. */
export async function diffSchemas(view: RegistryView): Promise<readonly string[]> {
  const entries = framedEntries(view)
  const listed = await listSchemas(view)
  const missing = entries
    .filter(({ subject, entry }) => !listed.some((row) => row.subject === subject && row.number === entry.number))
    .map(({ subject, entry }) => `${subject}: ${entry.file} (number ${entry.number}) is not registered`)
  const levels = [...new Map(listed.map((row) => [row.subject, row.compatibility]))]
    .filter(([, level]) => level !== REQUIRED_COMPATIBILITY)
    .map(
      ([subject, level]) => `${subject}: held to ${level ?? 'no level of its own'}, not to ${REQUIRED_COMPATIBILITY}`,
    )
  const foreign = await Promise.all(
    listed.filter(({ number }) => number === null).map((row) => describeForeign(view.registry, entries, row)),
  )
  return [...missing, ...levels, ...foreign]
}

/** A version that is in the registry and in no file, compared with the newest file of its subject. */
async function describeForeign(
  registry: RegistryClient,
  entries: readonly FramedEntry[],
  row: ListedRow,
): Promise<string> {
  const name = `${row.subject}: version ${row.version} (id ${row.id})`
  const newest = entries.filter(({ subject }) => subject === row.subject).at(-1)
  if (newest === undefined) return `${name} is of a record that this build does not have`
  const theirs = (await registry.versions(row.subject)).find(
    ({ version }) => version === row.version,
  ) as RegisteredVersion
  const found = schemaDifferences(newest.schema, theirs.schema)
  const differences = found.length > 0 ? found : ['its names or aliases differ']
  return `${name} is in no file; beside ${newest.entry.file}: ${differences.join('; ')}`
}
