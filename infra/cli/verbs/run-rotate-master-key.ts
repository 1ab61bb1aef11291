import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ClusterConfiguration } from '../../config/cluster-configuration.ts'
import { readConfiguration } from '../../config/configuration.ts'
import { loadMasterKey } from '../../crypto/master-key.ts'
import { refuseUnfinishedRestore } from '../../sqlite/data-dir/unfinished-restore.ts'
import { keysSchema } from '../../sqlite/keys/keys-schema.ts'
import { openSqliteRewrapStore } from '../../sqlite/keys/sqlite-rewrap-store.ts'
import type { VerbContext } from '../verb-context.ts'
import { rotateMasterKeyVerb } from './rotate-master-key-verb.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The keys of the cluster that is configured, or of the data directory, whether servers run on them or not. */
export async function runRotateMasterKey(environment: Environment, { out, err }: VerbContext): Promise<number> {
  const { dataDir, masterKey, cluster } = readConfiguration(environment)
  if (masterKey === null) {
    err.write(
      'Set the new master key as SOMABRAIN_MASTER_KEY, and the one before it as SOMABRAIN_MASTER_KEY_PREVIOUS.\n',
    )
    return 2
  }
  const wrapper = loadMasterKey(dataDir, masterKey)
  if (cluster !== null) return rotateInCluster(cluster, wrapper, out)
  refuseUnfinishedRestore(dataDir)
  const file = join(dataDir, keysSchema.file)
  if (!existsSync(file)) {
    err.write(`Nothing is stored in ${dataDir} yet.\n`)
    return 1
  }
  const store = openSqliteRewrapStore(file)
  try {
    return await rotateMasterKeyVerb({ out, store, wrapper })
  } finally {
    store.close()
  }
}

/** Loaded when it is asked for: Kafka's client takes a while. */
async function rotateInCluster(
  cluster: ClusterConfiguration,
  wrapper: ReturnType<typeof loadMasterKey>,
  out: VerbContext['out'],
): Promise<number> {
  const { openClusterRewrapStore } = await import('../../cluster/open-cluster-rewrap-store.ts')
  const { namingPart } = await import('./naming-part.ts')
  return namingPart(async () => {
    const store = await openClusterRewrapStore(cluster)
    try {
      return await rotateMasterKeyVerb({ out, store, wrapper })
    } finally {
      await store.close()
    }
  })
}
