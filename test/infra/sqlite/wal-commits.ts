import { readFileSync } from 'node:fs'

const HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24

/** Where each transaction of a write-ahead log ends, in bytes (sqlite.org/fileformat2.html §4.1). */
export function walCommits(file: string): readonly number[] {
  const wal = readFileSync(file)
  if (wal.length < HEADER_BYTES) return []
  const frameBytes = FRAME_HEADER_BYTES + wal.readUInt32BE(8)
  const salts = wal.subarray(16, 24)
  const ends: number[] = []
  for (let at = HEADER_BYTES; at + frameBytes <= wal.length; at += frameBytes) {
    // Frames of another salt are left over from before the last checkpoint.
    if (!wal.subarray(at + 8, at + 16).equals(salts)) break
    if (wal.readUInt32BE(at + 4) !== 0) ends.push(at + frameBytes)
  }
  return ends
}
