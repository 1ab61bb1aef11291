import { execFile } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { OwnParts } from './own-parts.ts'

const run = promisify(execFile)

/** Copies of the data folders of parts, taken while they were down in order. */
export class Copies {
  readonly #parts: OwnParts
  readonly #taken = new Set<'kafka' | 'postgres'>()

  constructor(parts: OwnParts) {
    this.#parts = parts
  }

  /** Stops the part, copies its data and starts it again. */
  async take(part: 'kafka' | 'postgres'): Promise<void> {
    await this.#parts[part].stop()
    await run('cp', ['-a', this.#dataOf(part), this.#copyOf(part)])
    this.#taken.add(part)
    await this.#parts[part].restart()
  }

  /** Stops the part, puts the copy in place of its data and starts it again. */
  async restore(part: 'kafka' | 'postgres'): Promise<void> {
    if (!this.#taken.has(part)) throw new Error(`no copy of ${part} was taken`)
    await this.#parts[part].stop()
    const data = this.#dataOf(part)
    await run('rm', ['-rf', data])
    await run('cp', ['-a', this.#copyOf(part), data])
    await this.#parts[part].restart()
  }

  #dataOf(part: 'kafka' | 'postgres'): string {
    return realpathSync(join(this.#parts.folderOf(part), 'data'))
  }

  #copyOf(part: 'kafka' | 'postgres'): string {
    return join(this.#parts.folderOf(part), 'copy')
  }
}
