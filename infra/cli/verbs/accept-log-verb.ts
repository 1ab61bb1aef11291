import { randomBytes } from 'node:crypto'
import type { Redis } from 'ioredis'
import { LONG_TERM_FOLD_VERSION } from '../../../domain/long-term/fold.ts'
import { operationQuarrels } from '../../audit/cluster/operation-quarrels.ts'
import { type ClusterParts, everyPartition } from '../../cluster/cluster-parts.ts'
import { completeBuild } from '../../cluster/rebuild/complete-build.ts'
import { openGeneration } from '../../cluster/rebuild/open-generation.ts'
import { createKafkaLogWriter } from '../../kafka/kafka-log-writer.ts'
import { logQuarrels } from '../../long-term/log-quarrels.ts'
import { forgetChains } from '../../postgres/audit/forget-chains.ts'
import { LONG_TERM, longTermTables } from '../../postgres/long-term/long-term-tables.ts'
import {
  createBuild,
  dropBuild,
  listBuilds,
  type ProjectionBuild,
  switchBuild,
} from '../../postgres/projection-builds.ts'
import { confirm } from '../confirm.ts'
import { foldView } from '../view/fold-view.ts'
import { paint } from '../view/terminal.ts'
import { dropOldBuild, type RebuildClusterContext } from './rebuild-cluster-verb.ts'
import type { RebuildTask } from './rebuild-line.ts'
import { rebuildWorkingMemoryVerb } from './rebuild-working-memory-verb.ts'

export interface AcceptLogContext extends RebuildClusterContext {
  readonly parts: ClusterParts
  readonly redis: Redis
  readonly clock: () => number
}

const GENERATION_BYTES = 8
/** The live build was folded from records that the log does not have: there is no being level with it. */
const HOWEVER_FAR = Number.MAX_SAFE_INTEGER

/**
 * Takes the log as it is for the truth, after an older copy of it was restored: another generation begins, and whatever
 * was folded from the lost records is folded anew from those that are there; the same for what the audit chained. Until the switch it may be cut off and called
 * again. Exit code 0 when the state is what the log says.
 */
export async function acceptLog(
  task: Extract<RebuildTask, { kind: 'accept-log' }>,
  context: AcceptLogContext,
): Promise<number> {
  const { out, err, access, parts } = context
  const quarrels = await logQuarrels(parts)
  const operations = await operationQuarrels({ ...access, schemaIds: parts.schemaIds })
  if (quarrels.length === 0 && operations.length === 0) {
    out.write('Long-term memory was folded from this log: there is nothing to accept.\n')
    return 0
  }
  for (const { partition, what } of quarrels) out.write(`partition ${partition}: ${what}\n`)
  for (const { what } of operations) out.write(`${what}\n`)
  const question = 'What the log does not have is lost for readers, in all namespaces of these partitions. Go on?'
  if (!task.confirmed && !(await confirm(question, err))) return 1
  await forgetChains(
    access.pool,
    operations.map(({ chain }) => chain),
  )
  if (quarrels.length === 0) {
    out.write(
      `${paint(out, 'green', 'accepted')}  the audit of these is chained from what is there: restart every process\n`,
    )
    return 0
  }
  await beginAnew(context)
  const build = await newBuild(context)
  if (!(await folded(context, build))) return 1
  const switched = await switchBuild(access.pool, longTermTables(LONG_TERM_FOLD_VERSION), build.build, HOWEVER_FAR)
  if (switched.outcome !== 'switched') {
    err.write(`build ${build.build} could not be made live (${switched.outcome}): call this again\n`)
    return 1
  }
  out.write(`${paint(out, 'green', 'accepted')}  readers follow build ${build.build}, which is what the log says\n`)
  await parts.liveBuild.refresh()
  const code = await rebuildWorkingMemoryVerb({ ...context, keyPrefix: access.topicPrefix })
  if (task.dropsOld) await dropOldBuild(switched.from, context)
  else out.write(`Build ${switched.from} still has what was lost. It goes by: rebuild --drop ${switched.from}\n`)
  out.write('Now restart every process: until then those that noticed the older log write nothing.\n')
  return code
}

/** New offsets must not be taken for lost ones, by clients or by the audit. */
async function beginAnew({ access, parts, clock }: AcceptLogContext): Promise<void> {
  const writer = createKafkaLogWriter(access.kafka, { topic: access.commandsTopic, generations: [] })
  try {
    await openGeneration(writer, parts.codec, randomBytes(GENERATION_BYTES).toString('hex'), clock())
  } finally {
    await writer.close()
  }
  // All of them: the audit may have been further than long-term memory was, where that has no quarrel.
  await forgetChains(
    access.pool,
    everyPartition.map((partition) => ({ topic: 'memory.commands', partition })),
  )
}

/** Builds that nobody reads yet may be of the lost log, too: they go. */
async function newBuild({ access, out }: AcceptLogContext): Promise<ProjectionBuild> {
  for (const { build, state, foldVersion } of await listBuilds(access.pool, LONG_TERM)) {
    if (state === 'building' && foldVersion === LONG_TERM_FOLD_VERSION) await dropBuild(access.pool, LONG_TERM, build)
  }
  const build = await createBuild(access.pool, longTermTables(LONG_TERM_FOLD_VERSION))
  out.write(`build ${build.build} is folded from the log by the projectors; at least one must run\n`)
  return build
}

async function folded(context: AcceptLogContext, build: ProjectionBuild): Promise<boolean> {
  const view = foldView(context.err)
  const { pool, heads } = context.access
  const deps = { ...context, pool, heads, onLook: view.look, onTrouble: view.trouble }
  const { outcome } = await completeBuild(deps, build, () => view.say('making the indexes that readers need'))
  if (outcome === 'caught-up') return true
  context.err.write(`build ${build.build} was dropped meanwhile: call this again\n`)
  return false
}
