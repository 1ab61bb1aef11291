import { schemaIdentity } from '../../../schemas/schema-content.ts'
import type { RegistryClient } from '../../registry/registry-client.ts'
import { ArchiveError } from '../archive-error.ts'
import type { ArchivedSchema } from '../archived-schemas.ts'

/** More of them would take minutes, and tell of a registry that others fill too. */
const MOST_FILLERS = 10_000

/**
 * Sees to it that the registry names the archived schemas by the ids that stand in the log's frames, which cannot be changed: the audit's
 * chains are made over them. One that has lost them gets them in the order of their ids, and fillers where ids are of something
 * else. Throws an {@link ArchiveError} where an id is taken. Returns how many were registered.
 */
export async function restoreSchemas(
  registry: RegistryClient,
  archived: readonly ArchivedSchema[],
  topicPrefix: string,
): Promise<number> {
  const lacking = await lackingIn(registry, archived)
  const beginning = `${topicPrefix}archive-filler-`
  for (const { id, subject, schema } of lacking) {
    // Where its predecessor is there, the next one that is given is this one.
    const isNext = id === 1 || (await registry.schemaOf(id)) !== null || (await registry.schemaOf(id - 1)) !== null
    if (!isNext) await fillTo(registry, id, beginning)
    const given = await registry.register(subject, schema)
    if (given !== id) throw taken(id, `gives it id ${given}`)
  }
  // Only now: what a registry has let go of, a restore that was cut short would take for ids that are still to come.
  const fillers = (await registry.subjects()).filter((subject) => subject.startsWith(beginning))
  for (const subject of fillers) await registry.remove(subject)
  return lacking.length
}

async function lackingIn(
  registry: RegistryClient,
  archived: readonly ArchivedSchema[],
): Promise<readonly ArchivedSchema[]> {
  const lacking: ArchivedSchema[] = []
  for (const one of archived.toSorted((a, b) => a.id - b.id || a.version - b.version)) {
    const found = await registry.schemaOf(one.id)
    if (found !== null && schemaIdentity(found) !== schemaIdentity(one.schema)) {
      throw taken(one.id, 'has another schema there')
    }
    const given = await registry.idOf(one.subject, one.schema)
    if (given !== null && given !== one.id) throw taken(one.id, `has it under ${given}`)
    if (given === null) lacking.push(one)
  }
  return lacking
}

/** Registers schemas of nothing until the next id that the registry gives is `id`. */
async function fillTo(registry: RegistryClient, id: number, beginning: string): Promise<void> {
  const session = Date.now()
  for (let i = 0; i < MOST_FILLERS; i++) {
    const name = `Filler${session}x${i}`
    const given = await registry.register(`${beginning}${name}`, { type: 'record', name, fields: [] })
    if (given === id - 1) return
    if (given >= id) throw taken(id, `counts from ${given} on`)
  }
  throw taken(id, `would have to count more than ${MOST_FILLERS} ids further`)
}

const taken = (id: number, what: string): ArchiveError =>
  new ArchiveError(
    `The log names a schema by id ${id}, and the registry ${what}. Restore into an empty registry, or first what the registry itself had backed up`,
  )
