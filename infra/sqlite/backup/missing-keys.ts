import { PARTITIONS } from '../../../domain/partition.ts'
import type { LogRecord } from '../../../projections/ports/log-reader.ts'
import { createCommandCodec } from '../../../schemas/command-codec.ts'
import { openForReading } from '../data-dir/open-database.ts'
import { keyReader } from '../keys/read-keys.ts'
import { recordScan } from '../log/read-records.ts'

const CACHE_BYTES = 2 << 20
const PAGE = { records: 1_000, bytes: 4 << 20 }

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
    const scan = recordScan(logFile, log)
    const reader = keyReader(keysFile)
    const codec = createCommandCodec()
    const named = new Set<string>()
    let records = 0
    const look = ({ value }: LogRecord): void => {
      records++
      const decoded = codec.decode(value)
      if (decoded.ok && 'keyId' in decoded.value) named.add(decoded.value.keyId)
    }
    for (let partition = 0; partition < PARTITIONS; partition++) {
      for (let next = 0; ; ) {
        const page = scan.read(partition, next, PAGE)
        if (page.length === 0) break
        next += page.length
        for (const record of page) look(record)
      }
    }
    return { records, missing: [...named].filter((keyId) => reader.key(keyId) === null) }
  } finally {
    logFile.close()
    keysFile.close()
  }
}
