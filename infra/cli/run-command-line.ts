import { LogUnavailableError } from '../../projections/ports/log-unavailable-error.ts'
import { ArchiveError } from '../archive/archive-error.ts'
import type { ClusterConfiguration } from '../config/cluster-configuration.ts'
import { readConfiguration } from '../config/configuration.ts'
import { ConfigurationError } from '../config/configuration-error.ts'
import { readSettings } from '../config/read-settings.ts'
import { MasterKeyError } from '../crypto/master-key.ts'
import { SigningKeyError } from '../crypto/signing-key.ts'
import { EmbedderError } from '../embedder/embedder-error.ts'
import {
  RegistryRefusedError,
  RegistryUnavailableError,
  SchemaNotRegisteredError,
} from '../registry/registry-errors.ts'
import { BackupError } from '../sqlite/backup/backup-error.ts'
import { DamagedFileError } from '../sqlite/data-dir/damaged-file-error.ts'
import { DirectoryInUseError } from '../sqlite/data-dir/directory-lock.ts'
import { DirectoryUnusableError } from '../sqlite/data-dir/directory-unusable-error.ts'
import { type AdministeredAct, administrationOf, type TellAct } from './administration.ts'
import { type CommandLine, readCommandLine, type ServerChoice } from './command-line.ts'
import { runDemo } from './demo/run-demo.ts'
import { SamePathError } from './import/import-files.ts'
import { operatorName } from './operator-name.ts'
import { PartError } from './part-error.ts'
import { ServerProblemError, UnreachableError } from './server-error.ts'
import { CannotOpenError } from './session.ts'
import { usage } from './usage.ts'
import type { VerbContext } from './verb-context.ts'
import type { ArchiveTask } from './verbs/archive-line.ts'
import type { AuditTask } from './verbs/audit-line.ts'
import type { BackupTask } from './verbs/backup-line.ts'
import type { DeadLettersTask } from './verbs/dead-letters-line.ts'
import { importVerb } from './verbs/import-verb.ts'
import type { RebuildTask } from './verbs/rebuild-line.ts'
import { rebuildVerb } from './verbs/rebuild-verb.ts'
import { recallVerb } from './verbs/recall-verb.ts'
import type { SchemasAction } from './verbs/schemas-actions.ts'
import { statusVerb } from './verbs/status-verb.ts'
import type { TokensTask } from './verbs/tokens-line.ts'
import type { TopicsAction } from './verbs/topics-actions.ts'

type Environment = Readonly<Record<string, string | undefined>>

async function runVerb(argv: readonly string[], environment: Environment, context: VerbContext): Promise<number> {
  const line = readCommandLine(argv, environment)
  const administration = administrationOf(line)
  const acts: AdministeredAct[] = []
  const did: TellAct = (act) => acts.push(act)
  if (administration === null) return runLine(line, environment, context, did)
  let exitCode = 1
  let isToldWhole = false
  try {
    exitCode = await runLine(line, environment, context, did)
    isToldWhole = acts.length > 0
    return exitCode
  } finally {
    // A verb that broke off told what it had done by then. What was asked wrongly was not done.
    if (!isToldWhole) acts.push({ ...administration, exitCode })
    const isKept = exitCode === 0 || administration.onlyWhenDone !== true
    if (exitCode !== 2 && isKept) await auditVerb(acts, environment, context)
  }
}

/** What could not be audited was done all the same, and is said. */
async function auditVerb(
  administered: readonly AdministeredAct[],
  environment: Environment,
  context: VerbContext,
): Promise<void> {
  const { recordAdministration, recordDeployment } = await import('../audit/record-administration.ts')
  const acts = administered.map((act) => ({ ...act, operator: operatorName(), at: Date.now() }))
  try {
    if (acts.some(({ isDeployment }) => isDeployment)) {
      const cluster = clusterOf(environment)
      if (cluster !== null) await recordDeployment(cluster, acts)
    } else await recordAdministration(readConfiguration(environment), acts)
  } catch (error) {
    context.err.write(`${(error as Error).message}\n`)
  }
}

/** `null` where none is configured, or only the part that a step of a deployment needs. */
function clusterOf(environment: Environment): ClusterConfiguration | null {
  try {
    return readConfiguration(environment).cluster
  } catch (error) {
    if (error instanceof ConfigurationError) return null
    throw error
  }
}

async function runLine(
  line: CommandLine,
  environment: Environment,
  context: VerbContext,
  did: TellAct,
): Promise<number> {
  switch (line.verb) {
    case 'import':
      return importVerb(line, context)
    case 'recall':
      return recallVerb(line, context)
    case 'status':
      return statusVerb(line, context)
    case 'rebuild':
      return runRebuild(line.task, environment, context)
    case 'dead-letters':
      return runDeadLetters(line.task, line.operator, environment, context)
    case 'schemas':
      return runSchemas(line.action, environment, context)
    case 'topics':
      return runTopics(line.action, environment, context)
    case 'archive':
      return runArchiveVerb(line.task, environment, context)
    case 'audit':
      return runAuditVerb(line.task, environment, context)
    case 'backup':
      return runBackupVerb(line.task, environment, context)
    case 'tokens':
      return runTokensVerb(line.task, environment, context, did)
    case 'reembed':
      return runReembedVerb(line.to, environment, context)
    case 'rotate-master-key':
      return runRotation(environment, context)
    case 'migrate':
      return runMigrate(line.checksOnly, environment, context)
    case 'mcp':
      return runMcp(line.server, context)
    case 'demo':
      return runDemo(line.server, context)
    case 'help':
      context.out.write(usage)
      return 0
    case 'wrong':
      context.err.write(`${line.problem}\n\n${usage}`)
      return 2
  }
}

/** Loaded when it is asked for: the clients of Kafka and of the registry take longer to load than most verbs to run. */
async function runSchemas(action: SchemasAction, environment: Environment, context: VerbContext): Promise<number> {
  const { schemasVerb } = await import('./verbs/schemas-verb.ts')
  const { values } = readSettings(environment)
  const registryUrl = values.get('SOMABRAIN_SCHEMA_REGISTRY_URL') ?? null
  const topicPrefix = values.get('SOMABRAIN_KAFKA_TOPIC_PREFIX') ?? ''
  return schemasVerb(action, { out: context.out, err: context.err, registryUrl, topicPrefix })
}

async function runMcp(server: ServerChoice, context: VerbContext): Promise<number> {
  const { mcpVerb } = await import('./verbs/mcp-verb.ts')
  return mcpVerb(server, context)
}

async function runTopics(action: TopicsAction, environment: Environment, context: VerbContext): Promise<number> {
  const { topicsVerb } = await import('./verbs/topics-verb.ts')
  const { cluster } = readConfiguration(environment)
  return topicsVerb(action, { out: context.out, err: context.err, cluster, clock: Date.now })
}

async function runTokensVerb(
  task: TokensTask,
  environment: Environment,
  context: VerbContext,
  did: TellAct,
): Promise<number> {
  const { runTokens } = await import('./verbs/run-tokens.ts')
  return runTokens(task, environment, context, did)
}

async function runReembedVerb(to: string, environment: Environment, context: VerbContext): Promise<number> {
  const { runReembed } = await import('./verbs/run-reembed.ts')
  return runReembed(to, environment, context)
}

async function runAuditVerb(task: AuditTask, environment: Environment, context: VerbContext): Promise<number> {
  const { runAudit } = await import('./verbs/run-audit.ts')
  return runAudit(task, readConfiguration(environment), context)
}

async function runArchiveVerb(task: ArchiveTask, environment: Environment, context: VerbContext): Promise<number> {
  const { runArchive } = await import('./verbs/run-archive.ts')
  return runArchive(task, environment, context)
}

async function runBackupVerb(task: BackupTask, environment: Environment, context: VerbContext): Promise<number> {
  const { runBackup } = await import('./verbs/run-backup.ts')
  return runBackup(task, readConfiguration(environment), context)
}

async function runRotation(environment: Environment, context: VerbContext): Promise<number> {
  const { runRotateMasterKey } = await import('./verbs/run-rotate-master-key.ts')
  return runRotateMasterKey(environment, context)
}

async function runMigrate(checksOnly: boolean, environment: Environment, context: VerbContext): Promise<number> {
  const { migrateVerb } = await import('./verbs/migrate-verb.ts')
  const postgresDsn = readSettings(environment).values.get('SOMABRAIN_POSTGRES_DSN') ?? null
  return migrateVerb({ out: context.out, err: context.err, postgresDsn, checksOnly })
}

async function runRebuild(task: RebuildTask, environment: Environment, context: VerbContext): Promise<number> {
  const configuration = readConfiguration(environment)
  const { cluster } = configuration
  if (cluster === null) return rebuildVerb(task, context)
  const { rebuildInCluster } = await import('./verbs/rebuild-in-cluster.ts')
  return rebuildInCluster(task, configuration, cluster, context)
}

async function runDeadLetters(
  task: DeadLettersTask,
  operator: string | null,
  environment: Environment,
  context: VerbContext,
): Promise<number> {
  const { runDeadLettersVerb } = await import('./verbs/run-dead-letters.ts')
  return runDeadLettersVerb(task, operator, readConfiguration(environment), context)
}

const plain = [
  SamePathError,
  SigningKeyError,
  EmbedderError,
  MasterKeyError,
  BackupError,
  ArchiveError,
  PartError,
  ServerProblemError,
  CannotOpenError,
  DirectoryInUseError,
  DirectoryUnusableError,
  DamagedFileError,
  ConfigurationError,
  LogUnavailableError,
  RegistryUnavailableError,
  RegistryRefusedError,
  SchemaNotRegisteredError,
]

/** What a person can act on is said in one line; anything else is a fault of the program and shows its stack. */
function messageFor(error: unknown): string | null {
  if (plain.some((kind) => error instanceof kind)) return (error as Error).message
  if (error instanceof UnreachableError) return `${error.message}. Start one with npm start, or leave out --url.`
  if (error instanceof Error && 'code' in error && 'path' in error) return error.message
  if (error instanceof Error && error.name.startsWith('KafkaJS')) return `Kafka: ${error.message}`
  return null
}

/** The whole command line. Answers with the exit code: 0 done, 1 not or not wholly done, 2 asked wrongly. */
export async function runCommandLine(
  argv: readonly string[],
  environment: Environment,
  context: VerbContext,
): Promise<number> {
  try {
    return await runVerb(argv, environment, context)
  } catch (error) {
    const message = messageFor(error)
    if (message === null) throw error
    context.err.write(`${message}\n`)
    return 1
  }
}
