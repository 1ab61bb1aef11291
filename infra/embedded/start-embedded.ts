import { Appender } from '../../commands/appender.ts'
import type { CommandApi } from '../../commands/command-api.ts'
import { createCommandApi } from '../../commands/create-command-api.ts'
import { genesisRecord } from '../../commands/genesis-record.ts'
import { InFlight } from '../../commands/in-flight.ts'
import { LONG_TERM_FOLD_VERSION } from '../../domain/long-term/fold.ts'
import { PARTITIONS } from '../../domain/partition.ts'
import { type AuditApi, createAuditApi } from '../../query-api/audit.ts'
import { createQueryApi, type ServedQueryApi } from '../../query-api/create-query-api.ts'
import { defaultQueryLimits } from '../../query-api/query-limits.ts'
import { createAuditCodec } from '../../schemas/audit-codec.ts'
import { createCommandCodec } from '../../schemas/command-codec.ts'
import type { AuditTrail } from '../audit/audit-trail.ts'
import { startEmbeddedAudit } from '../audit/embedded/start-embedded-audit.ts'
import { createKeyring } from '../crypto/keyring.ts'
import { createRowOpener } from '../crypto/row-opener.ts'
import { loadSigningKey } from '../crypto/signing-key.ts'
import { aloneHere } from '../embedder/alone-here.ts'
import { type BackgroundEmbedding, startBackgroundEmbedding } from '../embedder/background-embedding.ts'
import { createUnembeddedMemories } from '../embedder/unembedded-memories.ts'
import { defaultErasureSettings } from '../erasure/erasure-settings.ts'
import type { ErasureSides } from '../erasure/erasure-sides.ts'
import type { Limit } from '../http/limit.ts'
import { createLimit } from '../limits/create-limit.ts'
import type { NamespaceLimit } from '../limits/namespace-limit.ts'
import { namespaceLimitOver } from '../limits/namespace-limit-over.ts'
import { ProcessLimitStore } from '../limits/process-limit-store.ts'
import { writtenMemories } from '../long-term/written-memories.ts'
import type { ProcessDeps } from '../process-deps.ts'
import { prepareAudit } from '../sqlite/audit/prepare-audit.ts'
import { openLackingVectors } from '../sqlite/long-term/lacking-vectors.ts'
import { openOutcomeRange } from '../sqlite/long-term/read-outcomes.ts'
import { openLiveRowScan } from '../sqlite/long-term/scan-live-rows.ts'
import { openSqliteLongTermReader } from '../sqlite/long-term/sqlite-long-term-reader.ts'
import { type EmbeddedStores, openEmbeddedStores } from '../sqlite/open-embedded-stores.ts'
import { createAuditMetrics } from '../telemetry/audit-metrics.ts'
import type { EmbeddedProbes } from '../telemetry/embedded-components.ts'
import { faultLog } from '../telemetry/fault-log.ts'
import { assertMoves } from '../telemetry/fold-standstill.ts'
import { PartFaultError } from '../telemetry/part-fault.ts'
import { createPipelineMetrics } from '../telemetry/pipeline-metrics.ts'
import { createViewThreads } from '../views/view-threads.ts'
import { startEmbeddedErasure } from './embedded-erasure.ts'
import { embeddedWorkingMemory } from './embedded-working-memory.ts'
import { FoldProgress } from './fold-progress.ts'
import { FoldWatch } from './fold-watch.ts'
import { IntegrityWatch } from './integrity-watch.ts'
import { observedLogWriter } from './observed-log-writer.ts'
import { startProjectorThread } from './projector-thread.ts'
import { assertStateOfLog } from './state-quarrel.ts'
import { unlock } from './unlock.ts'
import { createViewLoader } from './view-loader.ts'
import { createWorkingMemorySource } from './working-memory-source.ts'

export interface EmbeddedDeps extends ProcessDeps {
  /** Pause before the files are read through; default {@link INTEGRITY_CHECK_DELAY_MS}. */
  readonly integrityCheckDelayMs?: number
}

/** Everything in one process over one data directory, with nothing else installed. */
export interface Embedded {
  /** `null` without an embedder. */
  readonly embedding: BackgroundEmbedding | null
  readonly commands: CommandApi
  readonly query: ServedQueryApi
  /** `null`: tenants are not limited. */
  readonly tenantLimit: Limit | null
  readonly namespaceLimit: NamespaceLimit | null
  readonly probes: EmbeddedProbes
  readonly dataDir: string
  /** Where the master key came from, and whether it was made just now. */
  readonly masterKey: { readonly source: string; readonly made: boolean }
  readonly signingKey: { readonly source: string; readonly made: boolean }
  readonly erasure: ErasureSides
  /** Takes what is to be audited. */
  readonly audit: AuditTrail
  readonly auditApi: AuditApi
  /** Whether the log and the keys can be written now. */
  writable(): boolean
  /** Records that are in the log and not folded. */
  lag(): number
  /** Lets what was accepted be settled, then closes. Stop serving first. */
  close(): Promise<void>
}

/** Opens the data directory and starts its threads. Throws, in words for the operator, when it must not be used. */
export async function startEmbedded(deps: EmbeddedDeps): Promise<Embedded> {
  const { clock } = deps
  const stores = await openEmbeddedStores({
    path: deps.dataDir,
    makeGenesis: (partition, generation) => genesisRecord(createCommandCodec(), partition, generation, clock()),
    foldVersion: LONG_TERM_FOLD_VERSION,
  })
  try {
    await assertStateOfLog(stores)
    return await assemble(deps, stores)
  } catch (error) {
    await stores.close()
    throw error
  }
}

async function assemble(deps: EmbeddedDeps, stores: EmbeddedStores): Promise<Embedded> {
  const { clock, logger } = deps
  const { logReader, keyStore, files } = stores
  if (stores.state.status === 'other-version') {
    logger.warn({ found: stores.state.found }, 'state.db is of another version: it is folded again from the log')
  }
  const { masterKey, made } = await unlock(stores.path, deps.masterKey, logReader, keyStore)
  // Before any thread runs: one would keep a process from ending that refuses to start over its key or its audit.
  const signingKey = loadSigningKey(stores.path, deps.signingKey ?? null)
  const filesOfAudit = prepareAudit(stores.path)
  const keyring = createKeyring(keyStore, masterKey)
  const embedder = deps.embedder ?? null
  const opener = createRowOpener(keyring, embedder?.model ?? null)
  const codec = createCommandCodec()

  const everyPartition = Array.from({ length: PARTITIONS }, (_, partition) => partition)
  const heads = everyPartition.map((partition) => logReader.endNow(partition) - 1)
  const progress = new FoldProgress(heads, (partition, offset) => logReader.generationOf(partition, offset))
  const pipeline = createPipelineMetrics(deps.metrics.registry, (partition) => progress.head(partition), clock)
  const longTerm = pipeline.projection('long-term')
  const watch = new FoldWatch(progress, longTerm, logger)
  pipeline.followStore('long-term', () => 'long-term', {
    position: (partition) => progress.position(partition),
    halted: () => watch.halted,
  })
  const stopLooking = pipeline.startLooking()
  const projector = await startProjectorThread(files, {
    report: (report) => watch.report(report),
    failed: deps.onFatal,
  })
  progress.onAwaited(() => projector.hurry())

  const integrity = new IntegrityWatch(files, logger, deps.integrityCheckDelayMs)
  const audit = startEmbeddedAudit({
    dataDir: stores.path,
    files: filesOfAudit,
    log: files.log,
    signingKey: deps.signingKey ?? null,
    retention: { days: deps.auditRetentionDays ?? null, clock, ...deps.auditLooks },
    metrics: createAuditMetrics(deps.metrics.registry),
    logger,
    onFatal: deps.onFatal,
  })
  let logFailure: Error | null = null
  const appender = new Appender(
    observedLogWriter(stores.logWriter, {
      appended(lastOffsets) {
        for (const [partition, offset] of lastOffsets) progress.appended(partition, offset)
        projector.grown(lastOffsets.keys())
        audit.grown(lastOffsets.keys())
      },
      outcome(failure) {
        if (failure !== null) logger.error({ err: failure }, 'the log could not be written')
        logFailure = failure
      },
    }),
  )

  const reader = openSqliteLongTermReader(files.state)
  const liveRows = openLiveRowScan(files.state)
  const outcomes = openOutcomeRange(files.state)
  const source = createWorkingMemorySource({ reader, liveRows, outcomes, log: logReader, codec, keyring, opener })
  const onFault = faultLog(logger)
  const limits = { ...defaultQueryLimits, viewBudgetBytes: deps.viewMemoryBytes, ...deps.queryLimits }
  const opening = { dataDir: stores.path, masterKey: deps.masterKey, vectorModel: embedder?.model ?? null }
  const viewLoader = createViewLoader({ ...opening, keys: files.keys, state: files.state })
  const viewThreads = createViewThreads(
    { ...opening, rows: { kind: 'sqlite', state: files.state, keys: files.keys }, limits },
    { progress, key: (keyId) => keyStore.key(keyId), metrics: pipeline.views, onFault },
  )
  const workingMemory = embeddedWorkingMemory(source, {
    traceError: () => deps.metrics.densityTraceError(),
  })
  const query = createQueryApi({
    viewLoader,
    viewHost: viewThreads,
    reader,
    progress,
    opener,
    written: writtenMemories(logReader, codec),
    workingMemory,
    ...(embedder === null ? {} : { embedder }),
    clock,
    defaultAfter: 'latest',
    limits,
    viewMetrics: pipeline.views,
    onFault,
  })
  const commands = createCommandApi({
    ...(embedder === null ? {} : { embedder }),
    onOwed: (memories) => deps.embedderMetrics?.acceptedWithout(memories),
    clock,
    vault: keyring,
    codec,
    appender,
    inFlight: new InFlight(),
    outcomes: reader,
    memories: reader,
    filters: query,
    progress,
    onFault,
  })
  const closeParts = async (): Promise<void> => {
    stopLooking()
    await appender.close()
    await integrity.stop()
    await viewThreads.close()
    await viewLoader.close()
    await projector.close()
    await audit.close()
    for (const part of [outcomes, liveRows, reader]) part.close()
  }
  const erasure = await startEmbeddedErasure({
    ...{ dataDir: stores.path, clock, keyring, codec, appender, progress, reader, opener, onFault },
    settings: { ...defaultErasureSettings, ...deps.erasure, signingKey: deps.signingKey ?? null },
    stateFile: files.state,
    workingMemory,
    passErasures(rows) {
      viewThreads.forgetKeys(rows.flatMap(({ keyIds }) => keyIds))
      return query.passErasures(rows)
    },
  }).catch(async (error: unknown) => {
    await closeParts()
    throw error
  })
  const tenantLimits = deps.limits ?? null
  const lacking = embedder === null ? null : openLackingVectors(files.state)
  const embedding =
    embedder === null || lacking === null
      ? null
      : startBackgroundEmbedding(
          {
            ...{ clock, vault: keyring, codec, appender, embedder, onFault },
            onWaiting: (memories) => deps.embedderMetrics?.waiting(memories),
            unembedded: createUnembeddedMemories({ lacking, reader, opener, alone: aloneHere() }),
          },
          deps.fillerOptions,
        )
  return {
    embedding,
    commands,
    query,
    tenantLimit:
      tenantLimits === null
        ? null
        : createLimit(tenantLimits, new ProcessLimitStore(clock, reader.memoriesSince), clock),
    namespaceLimit: namespaceLimitOver(reader, tenantLimits, clock, onFault),
    dataDir: stores.path,
    masterKey: { source: masterKey.source, made },
    signingKey: { source: signingKey.source, made: signingKey.made },
    erasure,
    audit: audit.trail,
    auditApi: createAuditApi(audit.reader, createAuditCodec()),
    writable: () => stores.writable(),
    lag: () => progress.lag(),
    probes: {
      async log() {
        if (!stores.writable()) throw new PartFaultError('starting', 'the writer thread is being restarted')
        integrity.assertSound(files.log, files.keys)
        if (logFailure !== null) throw new PartFaultError('append_failed', logFailure.message, { cause: logFailure })
      },
      async longTerm() {
        await reader.checkpoint(0)
        integrity.assertSound(files.state)
        if (watch.trouble !== null) throw new PartFaultError('halted', watch.trouble)
        if (audit.trouble !== null) throw new PartFaultError('halted', `the audit: ${audit.trouble}`)
        assertMoves(pipeline.standing())
      },
      async workingMemory() {
        await source.checkpoint(0)
      },
    },
    async close() {
      await embedding?.close()
      lacking?.close()
      await erasure.close()
      await closeParts()
      await stores.close()
    },
  }
}
