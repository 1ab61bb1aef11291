import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { AuditOperation } from '../../domain/audit/audit-operation.ts'
import { createAuditCodec } from '../../schemas/audit-codec.ts'
import type { ClusterConfiguration } from '../config/cluster-configuration.ts'
import type { Configuration } from '../config/configuration.ts'
import { BRIEF_RETRY, createKafka } from '../kafka/kafka-client.ts'
import { OPERATIONS_TOPIC } from '../kafka/topic-catalogue.ts'
import { createRegistryClient } from '../registry/registry-client.ts'
import { resolveSchemaIds } from '../registry/schema-ids.ts'
import { auditLogTable } from '../sqlite/audit/audit-log.ts'
import { AuditSpill } from '../sqlite/audit/audit-spill.ts'
import { prepareAuditLog } from '../sqlite/audit/prepare-audit.ts'
import { openForWriting } from '../sqlite/data-dir/open-database.ts'
import { packRecords } from '../sqlite/log/pack-records.ts'
import { createLogger } from '../telemetry/logger.ts'
import { administrationOperation } from './administration-operation.ts'
import { operationRecord } from './audit-writer.ts'
import { createKafkaAuditLog } from './cluster/kafka-audit-log.ts'

export interface AdministrativeAct {
  /** The verb, its action and what it was done to. */
  readonly what: string
  /** `null`: it is about the whole system. */
  readonly tenant: string | null
  /** Name of the system's user who did it. */
  readonly operator: string
  readonly exitCode: number
  /** Milliseconds since 1970. */
  readonly at: number
}

/**
 * Audits what was done from a command line, beside a server that may be running. What the log does not take is put on local
 * disk, for the next server that starts in the folder.
 */
export async function recordAdministration(
  { cluster, dataDir }: Pick<Configuration, 'cluster' | 'dataDir'>,
  acts: readonly AdministrativeAct[],
): Promise<void> {
  // Where nothing is stored, nothing was administered.
  if (cluster === null && !existsSync(dataDir)) return
  const operations = acts.map(operationOf)
  try {
    if (cluster === null) appendTo(prepareAuditLog(dataDir), operations)
    else await sendTo(cluster, operations)
  } catch (error) {
    const spill = new AuditSpill(dataDir)
    spill.add(operations)
    spill.close()
    const cause = (error as Error).message
    throw new Error(`The audit is kept in ${dataDir} until a server starts there: ${cause}`, { cause: error })
  }
}

/**
 * Audits a step of a deployment in the cluster that it was done to, where that has its topics already. Nothing is kept on local
 * disk: who deploys may have none, and no server starts there.
 */
export async function recordDeployment(
  cluster: ClusterConfiguration,
  acts: readonly AdministrativeAct[],
): Promise<void> {
  if (await hasAudit(cluster)) await sendTo(cluster, acts.map(operationOf))
}

/** Asked of the list of topics: a question about one that is not there could make it. */
async function hasAudit({ kafka, topicPrefix }: ClusterConfiguration): Promise<boolean> {
  const settings = { ...kafka, clientId: 'somabrain-cli', logger: createLogger({ level: 'silent' }) }
  const admin = createKafka(settings, BRIEF_RETRY).admin()
  await admin.connect()
  try {
    return (await admin.listTopics()).includes(`${topicPrefix}${OPERATIONS_TOPIC}`)
  } finally {
    await admin.disconnect()
  }
}

const operationOf = ({ operator, exitCode, ...act }: AdministrativeAct): AuditOperation => ({
  ...administrationOperation({
    ...act,
    principal: `operator:${operator}`,
    method: 'CLI',
    code: exitCode === 0 ? null : `exit-${exitCode}`,
  }),
  id: randomUUID(),
  times: 1,
})

function appendTo(file: string, operations: readonly AuditOperation[]): void {
  const database = openForWriting(file, { synchronous: 'full', checkpointBytes: 4 << 20, cacheBytes: 1 << 20 })
  try {
    const codec = createAuditCodec()
    const records = operations.map((operation) => operationRecord(codec, operation))
    auditLogTable(database, file, 'operations').append(packRecords(records))
  } finally {
    database.close()
  }
}

async function sendTo(configuration: ClusterConfiguration, operations: readonly AuditOperation[]): Promise<void> {
  const registry = createRegistryClient({ url: configuration.registryUrl })
  try {
    const { topicPrefix } = configuration
    const schemaIds = await resolveSchemaIds({ registry, topicPrefix, onRefreshFailure: () => undefined })
    const kafka = { ...configuration.kafka, clientId: 'somabrain-cli', logger: createLogger({ level: 'silent' }) }
    const log = createKafkaAuditLog(kafka, topicPrefix, schemaIds)
    try {
      await log.writer.append(operations)
    } finally {
      await log.close()
    }
  } finally {
    registry.close()
  }
}
