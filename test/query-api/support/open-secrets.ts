import type { RememberSecret } from '../../../domain/command.ts'
import type { MemoryRow } from '../../../domain/memory.ts'
import type { Opened, Opener } from '../../../query-api/ports/opener.ts'

/** "Seals" as JSON in clear, so that a test can say which keys are there, missing or destroyed. */
export class OpenSecrets implements Opener {
  readonly missing = new Set<string>()
  readonly destroyed = new Set<string>()
  opened = 0
  /** Keys that were not prepared before are not to be had. */
  fault: Error | null = null
  readonly #prepared = new Set<string>()

  static seal(secret: RememberSecret): Uint8Array {
    return Buffer.from(JSON.stringify(secret))
  }

  async prepare(rows: readonly MemoryRow[]): Promise<void> {
    for (const { keyId } of rows) {
      if (this.fault !== null && !this.#prepared.has(keyId)) throw this.fault
      this.#prepared.add(keyId)
    }
  }

  openNow(row: MemoryRow): Opened {
    if (!this.#prepared.has(row.keyId)) throw new Error(`Row ${row.memoryId} was opened without being prepared`)
    if (this.destroyed.has(row.keyId) || row.sealed === null) return { ok: false, reason: 'destroyed' }
    if (this.missing.has(row.keyId)) return { ok: false, reason: 'missing', keyId: row.keyId }
    this.opened += 1
    return { ok: true, secret: JSON.parse(Buffer.from(row.sealed).toString()) as RememberSecret }
  }
}
