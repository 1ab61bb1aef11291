import { createCommandCodec } from '../../../schemas/command-codec.ts'
import { openForReading } from '../data-dir/open-database.ts'
import { keyReader } from '../keys/read-keys.ts'
import { verifyRecords } from '../log/check-log.ts'

const CACHE_BYTES = 2 << 20

/**
 * Reads every record of a log, which checks it, and says which data keys they name that keys.db does not know: neither the key
 * nor the mark that it was destroyed. A record that no schema reads names none: it is a dead letter anyway. Throws a
 * `DamagedRecordError`.
 */
export function missingKeys(
  log: string,
  keys: string,
): { readonly records: number; readonly missing: readonly string[] } {
  const [logFile, keysFile] = [openForReading(log, CACHE_BYTES), openForReading(keys, CACHE_BYTES)]
  try {
    const codec = createCommandCodec()
    const named = new Set<string>()
    const records = verifyRecords(log, logFile, ({ value }) => {
      const decoded = codec.decode(value)
      if (decoded.ok && 'keyId' in decoded.value) named.add(decoded.value.keyId)
    })
    const reader = keyReader(keysFile)
    return { records, missing: [...named].filter((keyId) => reader.key(keyId) === null) }
  } finally {
    logFile.close()
    keysFile.close()
  }
}
