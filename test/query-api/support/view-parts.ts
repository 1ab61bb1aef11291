import { noViewMetrics } from '../../../query-api/ports/view-metrics.ts'
import { defaultQueryLimits, type QueryLimits } from '../../../query-api/query-limits.ts'
import { Turns } from '../../../query-api/turns.ts'
import type { FoldedLog } from './folded-log.ts'
import { OpenSecrets } from './open-secrets.ts'
import { PlainIndex } from './plain-index.ts'

/** What views over `log` are made of. Waits are short: a test that lets one run out is not slow. */
export function viewParts(log: FoldedLog, limits: Partial<QueryLimits> = {}) {
  const opener = new OpenSecrets()
  return {
    reader: log,
    progress: log,
    opener,
    metrics: noViewMetrics,
    limits: { ...defaultQueryLimits, visibleWaitMs: 20, ...limits },
    makeIndex: (settings: PlainIndex['settings']) => new PlainIndex(settings),
    loader: null,
    host: null,
    snapshots: null,
    onFault: () => undefined,
    turns: new Turns(() => 0),
  }
}
