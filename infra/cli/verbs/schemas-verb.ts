import { catalogue } from '../../../schemas/catalogue.ts'
import {
  type CatalogueFiles,
  catalogueFaults,
  releasedSchemas,
  type SchemaFault,
  unreleased,
} from '../../../schemas/released.ts'
import { readSchema } from '../../../schemas/schema-content.ts'
import { createRegistryClient } from '../../registry/registry-client.ts'
import {
  diffSchemas,
  type ListedRow,
  listSchemas,
  type RegistryView,
  registerSchemas,
  registryFaults,
} from '../../registry/registry-schemas.ts'
import type { VerbContext } from '../verb-context.ts'
import { paint } from '../view/terminal.ts'
import type { SchemasAction } from './schemas-actions.ts'

export interface SchemasContext extends Pick<VerbContext, 'out' | 'err'> {
  /** `null`: none is configured; only `check` works then, offline. */
  readonly registryUrl: string | null
  /** Before every subject. */
  readonly topicPrefix: string
  /** Default: those of this build. */
  readonly files?: CatalogueFiles
}

const ownFiles: CatalogueFiles = { catalogue, released: releasedSchemas, read: readSchema }

/**
 * The schemas of this build, among themselves and beside a registry. Exit code 0 when all is well (`diff`: when nothing
 * differs), 1 when not, 2 when there is no registry to ask.
 */
export async function schemasVerb(action: SchemasAction, context: SchemasContext): Promise<number> {
  const { registryUrl, topicPrefix, files = ownFiles } = context
  if (registryUrl === null) {
    if (action === 'check') return check(context, files, null)
    context.err.write(`schemas ${action} asks a registry: set SOMABRAIN_SCHEMA_REGISTRY_URL\n`)
    return 2
  }
  const registry = createRegistryClient({ url: registryUrl })
  try {
    const view: RegistryView = { registry, files, topicPrefix }
    switch (action) {
      case 'check':
        return await check(context, files, view)
      case 'register':
        return await register(context, files, view)
      case 'list':
        return list(context, await listSchemas(view))
      case 'diff':
        return diff(context, await diffSchemas(view))
    }
  } finally {
    registry.close()
  }
}

async function check(context: SchemasContext, files: CatalogueFiles, view: RegistryView | null): Promise<number> {
  const faults = [...catalogueFaults(files), ...(view === null ? [] : await registryFaults(view))]
  if (faults.length > 0) return refuse(context, faults)
  const judges = view === null ? 'every released version' : `every released version and ${view.registry.url}`
  context.out.write(`${paint(context.out, 'green', 'compatible')}: ${files.catalogue.length} schemas with ${judges}\n`)
  for (const schema of unreleased(files)) {
    context.out.write(`not released yet; schemas/released.json gets: ${JSON.stringify(schema)}\n`)
  }
  return 0
}

async function register(context: SchemasContext, files: CatalogueFiles, view: RegistryView): Promise<number> {
  const faults = [...catalogueFaults(files), ...(await registryFaults(view))]
  if (faults.length > 0) return refuse(context, faults)
  const rows = await registerSchemas(view)
  for (const { subject, number, id, isNew } of rows) {
    context.out.write(`${isNew ? 'registered' : 'there already'}  ${subject}  number ${number}  id ${id}\n`)
  }
  return 0
}

function refuse(context: SchemasContext, faults: readonly SchemaFault[]): number {
  for (const { file, rule, message } of faults) {
    context.err.write(`${paint(context.err, 'red', 'refused')} ${file} [${rule}] ${message}\n`)
  }
  return 1
}

function list(context: SchemasContext, rows: readonly ListedRow[]): number {
  if (rows.length === 0) context.out.write('The registry has none of the subjects of this build.\n')
  for (const { subject, version, id, number, compatibility } of rows) {
    const known = number === null ? 'not of this build' : `number ${number}`
    context.out.write(`${subject}  version ${version}  id ${id}  ${known}  ${compatibility ?? 'no level'}\n`)
  }
  return 0
}

function diff(context: SchemasContext, lines: readonly string[]): number {
  if (lines.length === 0) context.out.write('The registry has exactly the schemas of this build.\n')
  for (const line of lines) context.out.write(`${line}\n`)
  return lines.length === 0 ? 0 : 1
}
