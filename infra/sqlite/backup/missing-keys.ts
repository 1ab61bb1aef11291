import { neededKey } from '../../../domain/command.ts'
import { createCommandCodec } from '../../../schemas/command-codec.ts'
import { openForReading } from '../data-dir/open-database.ts'
import { keyReader } from '../keys/read-keys.ts'
import { verifyRecords } from '../log/check-log.ts'

const CACHE_BYTES = 2 << 20

/**
 * Reads every record of a log, which checks it, and says which data keys they need that keys.db does not know: neither the key
 * nor the mark that it was destroyed. A record that no schema reads needs none: it is a dead letter anyway. Throws a
 * `DamagedRecordError`.
 */
export function missingKeys(
  log: string,
  keys: string,
): { readonly records: number; readonly missing: readonly string[] } {
  const [logFile, keysFile] = [openForReading(log, CACHE_BYTES), openForReading(keys, CACHE_BYTES)]
  try {
    const codec = createCommandCodec()
    const needed = new Set<string>()
    const records = verifyRecords(log, logFile, ({ value }) => {
      const decoded = codec.decode(value)
      const keyId = decoded.ok ? neededKey(decoded.value) : null
      if (keyId !== null) needed.add(keyId)
    })
    const reader = keyReader(keysFile)
    return { records, missing: [...needed].filter((id) => reader.key(id) === null) }
  } finally {
    logFile.close()
    keysFile.close()
  }
}
