import { parentPort, workerData } from 'node:worker_threads'
import { trimExpired } from '../../../projections/audit/trim-expired.ts'
import { loadSigningKey } from '../../crypto/signing-key.ts'
import { createAnchorCheck } from '../anchor-check.ts'
import { openDataDirAudit } from './open-data-dir-audit.ts'
import type { TrimWorkerData } from './trim-in-thread.ts'

/** The thread of one trim. */
const port = parentPort
if (port === null) throw new Error('trim-worker.ts runs as a worker thread')
const { dataDir, signingKey, before, now } = workerData as TrimWorkerData
const signer = loadSigningKey(dataDir, signingKey)
const audit = openDataDirAudit(dataDir)
const isSigned = createAnchorCheck([signer.publicKeyPem])
const done = await trimExpired({ ...audit, isSigned, signer, now, before, progress: () => undefined })
await audit.close()
port.postMessage(done)
