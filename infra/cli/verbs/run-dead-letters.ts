import type { ClusterConfiguration } from '../../config/cluster-configuration.ts'
import type { Configuration } from '../../config/configuration.ts'
import { confirm } from '../confirm.ts'
import { operatorName } from '../operator-name.ts'
import type { VerbContext } from '../verb-context.ts'
import type { DeadLettersTask } from './dead-letters-line.ts'
import { type DeadLettersContext, listDeadLetters, showDeadLetters } from './dead-letters-verb.ts'

type Context = Pick<VerbContext, 'out' | 'err'>

/** Dead letters of the cluster that is configured, or of the data directory. */
export function runDeadLettersVerb(
  task: DeadLettersTask,
  operator: string | null,
  { cluster, dataDir }: Configuration,
  context: Context,
): Promise<number> {
  return cluster === null
    ? ofDataDirectory(task, dataDir, context)
    : ofCluster(task, operator ?? operatorName(), cluster, context)
}

/** Exit code 2 for what makes no sense there. */
async function ofDataDirectory(task: DeadLettersTask, dataDir: string, { out, err }: Context): Promise<number> {
  if (task.action === 'retry' || task.action === 'drop') {
    err.write(EMBEDDED_REFUSALS[task.action])
    return 2
  }
  const { openEmbeddedDeadLetters } = await import('../../embedded/embedded-dead-letters.ts')
  const source = openEmbeddedDeadLetters(dataDir)
  if (source === null) {
    err.write(`Nothing is folded in ${dataDir} yet.\n`)
    return 1
  }
  try {
    return await look(task, { out, err, source })
  } finally {
    source.close()
  }
}

/** What an embedded server folded can be thrown away and folded again, so nothing that is noted there would last. */
const EMBEDDED_REFUSALS = {
  retry:
    'Embedded there is nothing to retry: stop the server and run `npm run rebuild` with a build that can read the record.\n' +
    'It folds the whole log again, and takes the record at its own place.\n',
  drop: 'Embedded there is nothing to drop: the record stays in the log, and every rebuild sets it aside again.\n',
} as const

async function ofCluster(
  task: DeadLettersTask,
  operator: string,
  cluster: ClusterConfiguration,
  { out, err }: Context,
): Promise<number> {
  const { openClusterDeadLetters } = await import('../../cluster/dead-letters/cluster-dead-letters.ts')
  const { dropDeadLetters, retryDeadLetters } = await import('./settle-dead-letters.ts')
  const { namingPart } = await import('./naming-part.ts')
  return namingPart(async () => {
    const source = await openClusterDeadLetters(cluster, Date.now)
    try {
      const settle = { out, err, source, operator, confirm: (question: string) => confirm(question, err) }
      if (task.action === 'retry') return await retryDeadLetters(task, settle)
      if (task.action === 'drop') return await dropDeadLetters(task, settle)
      return await look(task, settle)
    } finally {
      await source.close()
    }
  })
}

const look = (
  task: Extract<DeadLettersTask, { action: 'list' | 'show' }>,
  context: DeadLettersContext,
): Promise<number> => (task.action === 'list' ? listDeadLetters(task, context) : showDeadLetters(task, context))
