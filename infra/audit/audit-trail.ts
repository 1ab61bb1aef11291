import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { AuditOperation } from '../../domain/audit/audit-operation.ts'
import type { AuditMetrics } from '../telemetry/audit-metrics.ts'
import type { AuditWriter } from './audit-writer.ts'
import { type GatheredOperation, OperationGatherer } from './operation-gatherer.ts'

/** Local disk, for while the log does not take operations. All of it is synchronous; any of it may throw. */
export interface SpillStore {
  add(operations: readonly AuditOperation[]): void
  count(): number
  oldest(limit: number): readonly AuditOperation[]
  remove(operations: readonly AuditOperation[]): void
  adopt(): void
  close(): void
}

export interface AuditTrailDeps {
  /** `null` while what it writes to is not there yet. */
  readonly writer: () => AuditWriter | null
  readonly spill: SpillStore
  readonly metrics: AuditMetrics
  readonly logger: Logger
}

/** Takes operations off the answer path: `record` returns at once and never throws. */
export interface AuditTrail {
  record(operation: GatheredOperation): void
  /** Tries once more to bring everything into the log; what it does not take stays on disk. */
  close(): Promise<void>
}

/** How long an operation waits for others: with the append, what a SIGKILL can take. */
const GATHER_MS = 20
/**
 * An append that is not answered by then is put on disk as well, with what was gathered meanwhile, and taken from there when it
 * is answered. Until then what comes waits in memory: a disk that is busy for a moment would else be given the same twice, on
 * the thread that answers.
 */
const SPILL_AFTER_MS = 250
/** Kinds of operations in memory; beyond it they go to disk at once. */
const MAX_GATHERED = 10_000
const SHIP_EVERY_MS = 500
const SHIP_BATCH = 500
const CLOSE_MS = 2_000

/**
 * Brings operations into the log in batches. When the log does not take a batch, it goes to local disk, and so does
 * everything that comes after it until the log has taken what is there: order is kept, and memory does not grow.
 * An operation may come into the log twice (an append that was answered too late); it has the same id then.
 */
export function createAuditTrail(deps: AuditTrailDeps): AuditTrail {
  const trail = new Trail(deps)
  deps.metrics.watchWaiting(() => trail.waiting())
  trail.start()
  return trail
}

class Trail implements AuditTrail {
  readonly #deps: AuditTrailDeps
  readonly #gatherer = new OperationGatherer(randomUUID)
  #timer: NodeJS.Timeout | null = null
  #shipTimer: NodeJS.Timeout | null = null
  #appending: Promise<void> = Promise.resolve()
  #isAppending = false
  /** The append under way has taken too long already. */
  #isSlow = false
  #closed = false

  constructor(deps: AuditTrailDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#guarded('left behind by another process', [], () => this.#deps.spill.adopt())
    this.#shipTimer = setInterval(() => this.#shipSoon(), SHIP_EVERY_MS).unref()
  }

  record(operation: GatheredOperation): void {
    this.#gatherer.add(operation)
    if (this.#gatherer.size >= MAX_GATHERED) this.#flush()
    else this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS)
  }

  waiting(): { readonly inMemory: number; readonly onDisk: number } {
    return { inMemory: this.#gatherer.size, onDisk: this.#onDisk() }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    if (this.#shipTimer !== null) clearInterval(this.#shipTimer)
    this.#flush()
    await settledWithin(this.#appending, CLOSE_MS)
    if (!this.#isAppending) await settledWithin(this.#ship(), CLOSE_MS)
    this.#guarded('not closed', [], () => this.#deps.spill.close())
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const isOnDisk = this.#isSlow || this.#onDisk() > 0
    // Its end flushes again.
    if (this.#isAppending && !isOnDisk && !this.#closed && this.#gatherer.size < MAX_GATHERED) return
    const operations = this.#gatherer.take()
    if (operations.length === 0) return
    // Behind one that is not answered, and behind what is on disk, everything goes to disk.
    if (this.#isAppending || isOnDisk) this.#spill(operations)
    else this.#appending = this.#append(operations)
  }

  async #append(operations: readonly AuditOperation[]): Promise<void> {
    this.#isAppending = true
    let spilled = false
    const slow = setTimeout(() => {
      spilled = this.#spill(operations)
      this.#isSlow = true
      this.#flush()
    }, SPILL_AFTER_MS)
    try {
      const writer = this.#deps.writer()
      if (writer === null) throw new Error('the log is not there yet')
      await writer.append(operations)
      this.#deps.metrics.delivered('logged', operations.length)
      if (spilled) this.#deps.spill.remove(operations)
    } catch (error) {
      this.#deps.logger.warn({ err: error }, 'the audit goes to local disk until the log takes it')
      if (!spilled) this.#spill(operations)
    } finally {
      clearTimeout(slow)
      this.#isSlow = false
      this.#appended()
    }
  }

  #shipSoon(): void {
    if (this.#isAppending || this.#onDisk() === 0) return
    this.#appending = this.#ship()
  }

  /** Brings what is on disk into the log, the oldest first, as far as the log takes it. */
  async #ship(): Promise<void> {
    const { spill, writer, metrics } = this.#deps
    this.#isAppending = true
    try {
      for (;;) {
        const operations = spill.oldest(SHIP_BATCH)
        const log = writer()
        if (operations.length === 0 || log === null) return
        await log.append(operations)
        spill.remove(operations)
        metrics.delivered('logged', operations.length)
      }
    } catch (error) {
      this.#deps.logger.debug({ err: error }, 'the log does not take the audit yet')
    } finally {
      this.#appended()
    }
  }

  /** What came meanwhile, and has waited for as long as it is gathered, goes now. */
  #appended(): void {
    this.#isAppending = false
    if (this.#timer === null && !this.#closed) this.#flush()
  }

  /** How many are on disk; what a disk that fails holds waits for one that does not. */
  #onDisk(): number {
    let count = 0
    this.#guarded('not counted', [], () => {
      count = this.#deps.spill.count()
    })
    return count
  }

  /** Whether they are on disk now. */
  #spill(operations: readonly AuditOperation[]): boolean {
    return this.#guarded('lost', operations, () => {
      this.#deps.spill.add(operations)
      this.#deps.metrics.delivered('spilled', operations.length)
    })
  }

  /** A disk that fails must not fail the request that is audited: it is counted, and an alarm. */
  #guarded(what: string, operations: readonly AuditOperation[], work: () => void): boolean {
    try {
      work()
      return true
    } catch (error) {
      this.#deps.logger.error({ err: error, entries: operations.length }, `audit entries on local disk: ${what}`)
      if (operations.length > 0) this.#deps.metrics.delivered('lost', operations.length)
      return false
    }
  }
}

async function settledWithin(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, late])
  clearTimeout(timer)
}
