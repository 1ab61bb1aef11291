import { partitionKey, partitionOf } from '../../../domain/partition.ts'
import { PostgresLongTermStore } from '../../../infra/postgres/postgres-long-term-store.ts'
import type { ProjectionBuild } from '../../../infra/postgres/projection-builds.ts'
import type { Statement } from '../../../infra/postgres/row-query.ts'
import { checkpointAt, linkBetween, memoryAt, namespaceRow, outcomeAt, uuidOf } from '../../contract/long-term-rows.ts'
import type { TemporaryDatabase } from './temporary-database.ts'

export const TENANTS = ['acme', 'bolt'] as const

/** A build in which each of {@link TENANTS} has a memory, with all that belongs to one. */
export async function buildOfTenants(database: TemporaryDatabase): Promise<ProjectionBuild> {
  const build = await database.newBuild()
  const store = new PostgresLongTermStore(database.fold, build)
  for (const tenant of TENANTS) {
    const scope = { tenant, namespace: 'default' }
    const partition = partitionOf(partitionKey(scope))
    const at = await store.checkpoint(partition)
    const offset = at.offset + 1
    const memory = memoryAt(offset, scope)
    const about = { ...scope, partition, offset, receiptId: uuidOf(`receipt of ${tenant}`) }
    await store.move(partition, at, checkpointAt(at, offset), {
      memories: [memory],
      links: [linkBetween(memory.memoryId, 'about', memory.memoryId, scope)],
      namespaces: [namespaceRow(scope)],
      outcomes: [outcomeAt(offset, scope)],
      deadLetters: [],
      erasures: [
        {
          ...{ ...about, commandId: uuidOf(`erase of ${tenant}`), principal: 'controller', recordedAt: offset },
          ...{ keyIds: ['e'.repeat(32)], parts: [], memories: 0 },
        },
      ],
      receipts: [{ ...about, document: '{}' }],
    })
  }
  return build
}

/** A statement that forgot to ask for its tenant. */
export const everyRowOf = (build: ProjectionBuild, table: string): Statement => ({
  name: `everything of ${table} in ${build.schema}`,
  text: `select tenant from ${build.schema}.${table}`,
})
