import type { Logger } from 'pino'
import { type BackgroundCheck, checkInBackground, type Damage } from '../sqlite/data-dir/background-check.ts'
import type { StoreFiles } from '../sqlite/data-dir/data-directory.ts'
import { PartFaultError } from '../telemetry/part-fault.ts'

/** Late enough not to compete with the start and the first answers. */
export const INTEGRITY_CHECK_DELAY_MS = 10_000

/** Reads all of the data directory once after a start, in a thread of its own, and keeps what is damaged for /health. */
export class IntegrityWatch {
  readonly #files: StoreFiles
  readonly #logger: Logger
  readonly #timer: NodeJS.Timeout
  #check: BackgroundCheck | null = null
  #damages: readonly Damage[] = []

  constructor(files: StoreFiles, logger: Logger, delayMs = INTEGRITY_CHECK_DELAY_MS) {
    this.#files = files
    this.#logger = logger
    this.#timer = setTimeout(() => this.#run(), delayMs).unref()
  }

  /** Throws, in words for the operator, when one of the files is known to be damaged. */
  assertSound(...files: readonly string[]): void {
    const damage = this.#damages.find(({ file }) => files.includes(file))
    if (damage === undefined) return
    throw new PartFaultError('damaged', `${damage.file} is damaged: ${damage.what}. ${damage.remedy}`)
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#check?.stop()
  }

  async #run(): Promise<void> {
    this.#check = checkInBackground(this.#files)
    try {
      const found = await this.#check.found
      if (found === 'stopped') return
      this.#damages = found
      for (const damage of found) this.#logger.error(damage, 'a file of the data directory is damaged')
    } catch (error) {
      this.#logger.error({ err: error }, 'the data directory could not be checked')
    }
  }
}
