import { type CatalogueEntry, catalogue } from '../../schemas/catalogue.ts'
import type { SchemaIds } from '../../schemas/command-codec.ts'
import { readSchema, schemaIdentity } from '../../schemas/schema-content.ts'
import type { RegistryClient } from './registry-client.ts'
import { SchemaNotRegisteredError } from './registry-errors.ts'

const DEFAULT_ASK_AGAIN_MS = 5_000

export interface SchemaIdsOptions {
  readonly registry: Pick<RegistryClient, 'url' | 'idOf' | 'schemaOf'>
  /** Before every topic and so before every subject; default none. */
  readonly topicPrefix?: string
  /** Default: the catalogue that this build was made with. */
  readonly entries?: readonly CatalogueEntry[]
  /** An id that stays unknown is asked for again after so long. Default 5 s. */
  readonly askAgainMs?: number
  /** A background refresh failed; the id stays unknown until a later one. */
  readonly onRefreshFailure?: (id: number, error: Error) => void
}

export interface RegistrySchemaIds extends SchemaIds {
  /** `undefined` for an id unknown so far; the registry is then asked for it in the background. */
  numberOf(id: number): number | undefined
  /**
   * Asks the registry what stands under an id and finds the committed number by content: of a registry that was rebuilt and
   * counts otherwise, or of a version that was registered later. `undefined`: a schema that this build does not have.
   */
  refresh(id: number): Promise<number | undefined>
}

/** The subject of an entry in TopicRecordName form; `null` for what lies inside a seal. */
export const subjectOf = ({ subject }: CatalogueEntry, topicPrefix: string): string | null =>
  subject === null ? null : `${topicPrefix}${subject}`

/**
 * The registry's ids of every schema that this build writes or reads. Rejects with a `SchemaNotRegisteredError` that names
 * what is missing and the command to run, and with a `RegistryUnavailableError` when the registry does not answer: waiting
 * helps then. Once an id is known it stays known, so a running process needs the registry no more.
 */
export async function resolveSchemaIds(options: SchemaIdsOptions): Promise<RegistrySchemaIds> {
  const { registry, topicPrefix = '', entries = catalogue } = options
  const framed = entries.filter(({ subject }) => subject !== null)
  const found = await Promise.all(
    framed.map(async (entry) => {
      const subject = subjectOf(entry, topicPrefix)!
      return { entry, subject, id: await registry.idOf(subject, readSchema(entry)) }
    }),
  )
  const missing = found.filter(({ id }) => id === null)
  if (missing.length > 0) throw notRegistered(missing, registry.url)
  const idByNumber = new Map(found.map(({ entry, id }) => [entry.number, id!]))
  return learningIds(idByNumber, framed, options)
}

function learningIds(
  idByNumber: ReadonlyMap<number, number>,
  entries: readonly CatalogueEntry[],
  { registry, askAgainMs = DEFAULT_ASK_AGAIN_MS, onRefreshFailure = () => {} }: SchemaIdsOptions,
): RegistrySchemaIds {
  const numberById = new Map([...idByNumber].map(([number, id]) => [id, number]))
  const numberByContent = new Map(entries.map((entry) => [schemaIdentity(readSchema(entry)), entry.number]))
  const asking = new Map<number, Promise<number | undefined>>()
  const askedAt = new Map<number, number>()

  const ask = async (id: number): Promise<number | undefined> => {
    const schema = await registry.schemaOf(id)
    const number = schema === null ? undefined : numberByContent.get(schemaIdentity(schema))
    if (number !== undefined) numberById.set(id, number)
    return number
  }
  const refresh = (id: number): Promise<number | undefined> => {
    const known = asking.get(id)
    if (known !== undefined) return known
    askedAt.set(id, performance.now())
    const answer = ask(id).finally(() => asking.delete(id))
    asking.set(id, answer)
    return answer
  }
  return {
    idOf(number) {
      const id = idByNumber.get(number)
      if (id === undefined)
        throw new Error(`Schema ${number} of the catalogue stands in no topic and has no registry id`)
      return id
    },
    numberOf(id) {
      const number = numberById.get(id)
      if (number !== undefined) return number
      if (performance.now() - (askedAt.get(id) ?? Number.NEGATIVE_INFINITY) >= askAgainMs) {
        refresh(id).catch((error: Error) => onRefreshFailure(id, error))
      }
      return undefined
    },
    refresh,
  }
}

function notRegistered(missing: readonly { readonly entry: CatalogueEntry; readonly subject: string }[], url: string) {
  const names = missing.map(({ entry, subject }) => `${subject} version ${entry.version} (number ${entry.number})`)
  return new SchemaNotRegisteredError(
    `The schema registry at ${url} does not have ${names.join(', ')}. Register the schemas of this build first: npm run somabrain -- schemas register`,
  )
}
