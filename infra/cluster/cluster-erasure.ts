import { join } from 'node:path'
import type { Logger } from 'pino'
import { destroyLedgerKeys } from '../../commands/restore-erasures.ts'
import type { ErasureRow } from '../../domain/erasure/erasure.ts'
import { scopeKey } from '../../domain/names.ts'
import { createSubjectsApi } from '../../query-api/create-subjects-api.ts'
import { loadSigningKey } from '../crypto/signing-key.ts'
import { type ErasureSettings, ledgerPath } from '../erasure/erasure-settings.ts'
import { readFileLedger } from '../erasure/file-ledger.ts'
import { openErasureSides } from '../erasure/open-erasure-sides.ts'
import { publishedKeys } from '../erasure/published-keys.ts'
import { ViewPassage } from '../erasure/view-passage.ts'
import type { ErasureDoors } from '../http/http-server-deps.ts'
import { KEY_COMPACTION_WITHIN_MS } from '../kafka/topic-catalogue.ts'
import { PostgresErasureLog } from '../postgres/postgres-erasure-log.ts'
import { faultLog } from '../telemetry/fault-log.ts'
import { SNAPSHOT_FOLDER, SnapshotFolder } from '../views/snapshots/snapshot-folder.ts'
import type { ClusterParts } from './cluster-parts.ts'
import type { CommandSide } from './command-side.ts'
import { clusterErasureWitness } from './erasure-witness.ts'
import type { QuerySide } from './query-side.ts'

export interface ClusterErasureDeps {
  readonly dataDir: string
  readonly settings: ErasureSettings
  readonly clock: () => number
  readonly logger: Logger
  readonly commandSide: CommandSide | null
  readonly querySide: QuerySide
  /** Whether this process answers queries; a command process has the query side only to ask what a filter means. */
  readonly answersQueries: boolean
}

/** Open erasures that a process reads in one go to bring its views behind them. */
const OPEN_ERASURES = 1_000

/** Erasure in a cluster: command processes carry it out, every process lets go of what was erased. */
export async function startClusterErasure(parts: ClusterParts, deps: ClusterErasureDeps): Promise<ErasureDoors> {
  const { querySide, clock } = deps
  const erasures = new PostgresErasureLog(parts.queryPool, parts.liveBuild)
  const onFault = faultLog(deps.logger)
  await followDestroyedKeys(parts, deps, erasures, onFault)
  const { codec, keyring, reader, opener, progress } = parts
  const { workingMemory } = querySide
  const subjects = deps.answersQueries
    ? createSubjectsApi({
        reader,
        opener,
        progress,
        workingMemory,
        receipts: erasures,
        rows: erasures,
        keyIds: keyring,
      })
    : null
  if (deps.commandSide === null) {
    // It may be the first process over stores that were restored, before any that erases.
    await destroyLedgerKeys(keyring, await readFileLedger(ledgerPath(deps.dataDir, deps.settings)))
    const keys = publishedKeys(loadSigningKey(deps.dataDir, deps.settings.signingKey), deps.settings)
    return { eraser: null, subjects, keys }
  }
  const sides = await openErasureSides({
    ...{ dataDir: deps.dataDir, settings: deps.settings, appender: deps.commandSide.appender },
    ...{ clock, keyring, codec, progress, reader, opener, workingMemory, onFault, erasures },
    witness: clusterErasureWitness({
      pool: parts.readPool,
      workingMemory: querySide.workingMemoryStore,
      passErasures: (rows) => querySide.api.passErasures(rows),
    }),
    otherKeyCopies: (completedAt) => [
      { copy: 'memory.keys, until it is compacted', expiresAt: completedAt + KEY_COMPACTION_WITHIN_MS },
    ],
  })
  parts.shutdown.add('erasure', () => sides.close())
  return { eraser: sides.eraser, subjects, keys: sides.keys }
}

/** Resolves when views and snapshots are behind what was erased while this process was not there. */
async function followDestroyedKeys(
  parts: ClusterParts,
  { querySide: { api, forgetKeys }, dataDir, clock }: ClusterErasureDeps,
  erasures: PostgresErasureLog,
  onFault: (fault: unknown) => void,
): Promise<void> {
  const snapshots = new SnapshotFolder(join(dataDir, SNAPSHOT_FOLDER), parts.masterKey)
  const passage = new ViewPassage({
    openErasures: () => allOpen(erasures),
    async passAll() {
      const erased = await erasures.newest()
      const held = new Set(api.views().map(scopeKey))
      await api.passErasures(erased.filter((scope) => held.has(scopeKey(scope))))
      const others = erased.filter((scope) => !held.has(scopeKey(scope)))
      await snapshots.forgetBefore(others, (partition, offset) => parts.progress.generationOf(partition, offset))
    },
    clock,
    passErasures: (rows) => api.passErasures(rows),
    onFault,
  })
  parts.destroyedKeys.listen((keyIds) => {
    parts.keyring.forget(keyIds)
    forgetKeys(keyIds)
    passage.keysDestroyed()
  })
  parts.shutdown.add('views behind erasures', () => passage.close())
  await passage.start()
}

async function allOpen(erasures: PostgresErasureLog): Promise<readonly ErasureRow[]> {
  const rows: ErasureRow[] = []
  for (let seen = 0; ; seen += OPEN_ERASURES) {
    const page = await erasures.open(OPEN_ERASURES, seen)
    rows.push(...page.flatMap((erasure) => erasure.rows))
    if (page.length < OPEN_ERASURES) return rows
  }
}
