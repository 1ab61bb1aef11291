import { parentPort, workerData } from 'node:worker_threads'
import { replayAudit } from '../../../projections/audit/replay-audit.ts'
import { createAnchorCheck } from '../anchor-check.ts'
import type { ReplayMessage, ReplayShare } from '../replay-protocol.ts'
import { openDataDirAudit } from './open-data-dir-audit.ts'

/** One of the threads of a replay: verifies some of the chains of a data directory. */
const port = parentPort
if (port === null) throw new Error('replay-worker.ts runs as a worker thread')
const { dataDir, publicKeys, since, chains: only } = workerData as ReplayShare
const report = (message: ReplayMessage): void => port.postMessage(message)

const audit = openDataDirAudit(dataDir)
const { chains, otherFindings } = await replayAudit({
  ...audit,
  isSigned: createAnchorCheck(publicKeys),
  since,
  only,
  progress: (records) => report({ kind: 'progress', records }),
})
await audit.close()
report({ kind: 'done', chains, otherFindings })
