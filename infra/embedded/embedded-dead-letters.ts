import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DeadLetter } from '../../domain/long-term/changes.ts'
import type { LogReader } from '../../projections/ports/log-reader.ts'
import { type CommandCodec, createCommandCodec } from '../../schemas/command-codec.ts'
import type { FullDeadLetter, ListedDeadLetter, RecordAddress } from '../long-term/listed-dead-letter.ts'
import { naming } from '../sqlite/data-dir/check-store.ts'
import { openForReading } from '../sqlite/data-dir/open-database.ts'
import { logSchema } from '../sqlite/log/log-schema.ts'
import { openSqliteLogReader } from '../sqlite/log/sqlite-log-reader.ts'
import { deadLetterListing } from '../sqlite/long-term/dead-letter-table.ts'
import { stateSchema } from '../sqlite/long-term/state-schema.ts'

/** The dead letters of a data directory, as they were folded last. A server may run beside. */
export interface EmbeddedDeadLetters {
  readonly codec: CommandCodec
  readonly log: LogReader
  page(after: RecordAddress, settled: boolean, limit: number): Promise<readonly ListedDeadLetter[]>
  find(address: RecordAddress): Promise<FullDeadLetter | null>
  close(): void
}

const CACHE_BYTES = 2 << 20

/** `null` when nothing is stored there, or nothing was folded yet. Throws a `DamagedFileError`. */
export function openEmbeddedDeadLetters(dataDir: string): EmbeddedDeadLetters | null {
  const files = { state: join(dataDir, stateSchema.file), log: join(dataDir, logSchema.file) }
  if (!existsSync(files.state) || !existsSync(files.log)) return null
  const log = openSqliteLogReader(files.log)
  const database = openForReading(files.state, CACHE_BYTES)
  const list = naming(files.state, stateSchema, () => deadLetterListing(database))
  const page = (after: RecordAddress, limit: number) => naming(files.state, stateSchema, () => list(after, limit))
  return {
    codec: createCommandCodec(),
    log,
    page: async (after, _settled, limit) => page(after, limit).map(fullOf),
    async find({ partition, offset }) {
      const [letter] = page({ partition, offset: offset - 1 }, 1)
      return letter?.partition === partition && letter.offset === offset ? fullOf(letter) : null
    },
    close() {
      database.close()
      log.close()
    },
  }
}

const fullOf = (letter: DeadLetter): FullDeadLetter => ({
  ...letter,
  bytes: letter.key.length + letter.value.length,
  became: { state: 'open' },
})
