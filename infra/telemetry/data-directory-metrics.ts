import { statfs } from 'node:fs/promises'
import { Gauge, type Registry } from 'prom-client'

/** What statfs(2) says of the volume that a folder is on. */
export interface Volume {
  /** Bytes of a block. */
  readonly bsize: number
  /** Blocks in all. */
  readonly blocks: number
  /** Blocks that a process without privileges may still take. */
  readonly bavail: number
}

/** A volume that has not answered by then does not answer. */
const OVERDUE_MS = 10_000

/**
 * The space of the data directory's volume. No scrape waits for it, since a volume of a network may hang: each shows what the
 * look found that the one before it began, and nothing while a look is overdue. `elapsedMs`: of a clock that never goes back.
 */
export function createDataDirectoryMetrics(
  registry: Registry,
  directory: string,
  look: (path: string) => Promise<Volume> = statfs,
  elapsedMs: () => number = () => performance.now(),
): void {
  let found: Volume | null = null
  let askedAt: number | null = null
  const refresh = async (): Promise<void> => {
    if (askedAt !== null) return
    askedAt = elapsedMs()
    // Not made yet, or gone: there is nothing to show of it.
    found = await look(directory).catch(() => null)
    askedAt = null
  }
  const gauge = (name: string, help: string, read: (volume: Volume) => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        const overdue = askedAt !== null && elapsedMs() - askedAt > OVERDUE_MS
        if (found === null || overdue) this.remove()
        else this.set(read(found))
        void refresh()
      },
    })
  }
  gauge(
    'somabrain_data_directory_free_bytes',
    'Bytes that may still be written to the volume of the data directory',
    ({ bavail, bsize }) => bavail * bsize,
  )
  gauge(
    'somabrain_data_directory_size_bytes',
    'Bytes of the volume of the data directory',
    ({ blocks, bsize }) => blocks * bsize,
  )
  void refresh()
}
