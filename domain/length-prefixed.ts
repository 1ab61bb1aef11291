/**
 * Joins values so that no two different lists give the same bytes: each value is preceded by its length as four bytes,
 * big endian. Every key, HMAC input and AAD that holds several values is built with it.
 */
export function lengthPrefixed(...parts: ReadonlyArray<string | Uint8Array>): Buffer {
  const values = parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part))
  const joined = Buffer.allocUnsafe(values.reduce((sum, value) => sum + 4 + value.length, 0))
  let at = 0
  for (const value of values) {
    at = joined.writeUInt32BE(value.length, at)
    joined.set(value, at)
    at += value.length
  }
  return joined
}

/** Takes apart what {@link lengthPrefixed} joined, or `null` when the bytes are not such a list. */
export function splitLengthPrefixed(bytes: Uint8Array): Buffer[] | null {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const parts: Buffer[] = []
  let at = 0
  while (at < view.length) {
    if (at + 4 > view.length) return null
    const end = at + 4 + view.readUInt32BE(at)
    if (end > view.length) return null
    parts.push(view.subarray(at + 4, end))
    at = end
  }
  return parts
}
