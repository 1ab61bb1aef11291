/** Bytes of a bytea column as the wire brings them: `\x` and hex. */
export function bytesOf(raw: string): Uint8Array {
  const buffer = Buffer.from(raw.slice(2), 'hex')
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}

export const bytesOrNullOf = (raw: string | null): Uint8Array | null => (raw === null ? null : bytesOf(raw))
