import { statfs } from 'node:fs/promises'
import { Gauge, type Registry } from 'prom-client'
import { LastLook } from './last-look.ts'

/** What statfs(2) says of the volume that a folder is on. */
export interface Volume {
  /** Bytes of a block. */
  readonly bsize: number
  /** Blocks in all. */
  readonly blocks: number
  /** Blocks that a process without privileges may still take. */
  readonly bavail: number
}

/** The space of the data directory's volume, as the {@link LastLook} found it. `elapsedMs`: of a clock that never goes back. */
export function createDataDirectoryMetrics(
  registry: Registry,
  directory: string,
  look: (path: string) => Promise<Volume> = statfs,
  elapsedMs?: () => number,
): void {
  const volume = new LastLook(() => look(directory), elapsedMs)
  const gauge = (name: string, help: string, read: (volume: Volume) => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        const { found } = volume
        if (found === null) this.remove()
        else this.set(read(found))
        volume.again()
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
}
