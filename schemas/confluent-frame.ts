const MAGIC = 0
const HEADER = 5

/** Confluent framing: 0x00, the schema's id (int32, big endian), the Avro body. */
export function frame(id: number, body: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(HEADER + body.length)
  framed.writeUInt8(MAGIC, 0)
  framed.writeInt32BE(id, 1)
  framed.set(body, HEADER)
  return framed
}

/** The schema's id and the body of a framed value, which it shares memory with; `null` when there is no frame. */
export function unframe(bytes: Uint8Array): { readonly id: number; readonly body: Uint8Array } | null {
  if (bytes.length < HEADER || bytes[0] !== MAGIC) return null
  const id = (bytes[1]! << 24) | (bytes[2]! << 16) | (bytes[3]! << 8) | bytes[4]!
  return { id, body: bytes.subarray(HEADER) }
}
