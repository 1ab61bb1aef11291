import test from 'ava'
import { testCluster } from '../../support/cluster.ts'
import { missingParts } from '../../support/real-parts.ts'
import { JWT_SECRET } from '../../support/signed-in.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { emittedIn } from './exposition.ts'
import { metricsOfServer, metricsOfTheRest } from './metrics-of.ts'
import { unknownNames } from './unknown-names.ts'

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
const real = missing === null ? test : test.skip
const reason = missing === null ? '' : ` (${missing})`

/** Backups are those of an embedded server. */
const EMBEDDED_ONLY = ['SomabrainBackupOld', 'SomabrainBackupMissing']

real(`a process of a cluster emits what rules name, but for its own backup${reason}`, async (t) => {
  t.timeout(170_000)
  const cluster = await testCluster(temporaryFolder(t))
  t.teardown(() => cluster.remove())
  const { url } = await cluster.start('all', { SOMABRAIN_JWT_SECRET: JWT_SECRET })
  const unknown = unknownNames(emittedIn(await metricsOfServer(url), await metricsOfTheRest()))
  t.deepEqual(
    unknown.map((one) => one.split(':')[0]),
    EMBEDDED_ONLY,
  )
})
