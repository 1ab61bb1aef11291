const LENGTH_BYTES = 4

/**
 * Joins values so that no two different lists give the same bytes: each value is preceded by its length as four bytes,
 * big endian. Every key, HMAC input and AAD that holds several values is built with it.
 */
export function lengthPrefixed(...parts: ReadonlyArray<string | Uint8Array>): Buffer {
  // A UTF-16 unit takes at most three bytes of UTF-8: room for the worst spares measuring each part first.
  const room = parts.reduce((sum, part) => sum + LENGTH_BYTES + part.length * (typeof part === 'string' ? 3 : 1), 0)
  const joined = Buffer.allocUnsafe(room)
  let end = 0
  for (const part of parts) {
    const from = end + LENGTH_BYTES
    end = from + (typeof part === 'string' ? joined.write(part, from) : part.length)
    if (typeof part !== 'string') joined.set(part, from)
    joined.writeUInt32BE(end - from, from - LENGTH_BYTES)
  }
  return joined.subarray(0, end)
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
