import { catalogue } from '../../schemas/catalogue.ts'
import type { SchemaIds } from '../../schemas/command-codec.ts'
import { readSchema, schemaIdentity } from '../../schemas/schema-content.ts'
import type { RegistryClient } from '../registry/registry-client.ts'
import { ArchiveError } from './archive-error.ts'
import { archivedTopics } from './archived-topics.ts'

/** A schema under the id that the frames of the log name it by. */
export interface ArchivedSchema {
  readonly id: number
  readonly subject: string
  /** The registry's: 1, 2, … */
  readonly version: number
  readonly schema: unknown
}

/**
 * Every schema that stands in an archived topic: those that the registry has now and those that it had, since records name them for
 * good. Throws an {@link ArchiveError} where it has another schema under an id than before: then `before` is the only one that knows.
 */
export async function schemasText(
  registry: RegistryClient,
  topicPrefix: string,
  before: readonly ArchivedSchema[],
): Promise<string> {
  const beginnings = archivedTopics.map(({ name }) => `${topicPrefix}${name}-`)
  const subjects = (await registry.subjects()).filter((subject) => beginnings.some((one) => subject.startsWith(one)))
  const schemas: ArchivedSchema[] = []
  for (const subject of subjects.toSorted()) {
    for (const { version, id, schema } of await registry.versions(subject))
      schemas.push({ id, subject, version, schema })
  }
  if (schemas.length === 0)
    throw new ArchiveError(`The registry has no subject that begins with ${beginnings.join(', ')}`)
  const now = new Map(schemas.map((one) => [one.id, one]))
  for (const one of before) {
    const found = now.get(one.id)
    if (found === undefined) schemas.push(one)
    else if (schemaIdentity(found.schema) !== schemaIdentity(one.schema)) {
      throw new ArchiveError(
        `The registry has another schema under id ${one.id} than the log was written with: what is archived is kept`,
      )
    }
  }
  return `${JSON.stringify({ schemas: schemas.sort((a, b) => a.id - b.id || a.version - b.version) }, null, 1)}\n`
}

export function parseSchemas(text: string): readonly ArchivedSchema[] {
  const schemas = (JSON.parse(text) as { schemas?: ArchivedSchema[] }).schemas ?? []
  const isWhole = schemas.every(({ id, subject, version, schema }) => {
    return (
      Number.isSafeInteger(id) && typeof subject === 'string' && Number.isSafeInteger(version) && schema !== undefined
    )
  })
  if (!isWhole || schemas.length === 0) throw new ArchiveError('the archived schemas are something else')
  return schemas
}

/** The archived ids beside the numbers of this build's catalogue: what reads an archive without a registry. */
export function archivedSchemaIds(
  schemas: readonly ArchivedSchema[],
): SchemaIds & { readonly has: (id: number) => boolean } {
  const numbers = new Map(catalogue.map((entry) => [schemaIdentity(readSchema(entry)), entry.number]))
  const byId = new Map(schemas.map(({ id, schema }) => [id, numbers.get(schemaIdentity(schema))]))
  return {
    idOf() {
      throw new ArchiveError('an archive is read, and never written, by its schemas')
    },
    numberOf: (id) => byId.get(id),
    has: (id) => byId.has(id),
  }
}
