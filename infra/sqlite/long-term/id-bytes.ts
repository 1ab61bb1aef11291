const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const HEX = /^(?:[0-9a-f]{2})*$/

/** The 16 bytes of a lower-case UUID. Throws a RangeError for any other text, which could not be read back as it was. */
export function uuidBytes(uuid: string): Buffer {
  if (!UUID.test(uuid)) throw new RangeError(`"${uuid}" is not a lower-case UUID`)
  return Buffer.from(uuid.replaceAll('-', ''), 'hex')
}

export function uuidText(bytes: Uint8Array): string {
  const hex = hexText(bytes)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

export const uuidBytesOrNull = (uuid: string | null): Buffer | null => (uuid === null ? null : uuidBytes(uuid))

export const uuidTextOrNull = (bytes: Uint8Array | null): string | null => (bytes === null ? null : uuidText(bytes))

/** The bytes of lower-case hex text. Throws a RangeError for any other text. */
export function hexBytes(hex: string): Buffer {
  if (!HEX.test(hex)) throw new RangeError(`"${hex}" is not lower-case hex`)
  return Buffer.from(hex, 'hex')
}

export const hexText = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
