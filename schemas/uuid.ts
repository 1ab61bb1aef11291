const BYTES = 16
const TEXT_LENGTH = 36
const HEX = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))
/** Where the first digit of each byte stands in the text. */
const DIGITS_AT = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]

const text = Buffer.alloc(TEXT_LENGTH, '-')

/** The 16 bytes of a UUID in text. */
export const uuidToBytes = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex')

/**
 * Lower-case text of a UUID's 16 bytes. A fold makes two of these for each record and then hashes and takes them apart: made
 * in one piece it costs half of what joining slices of hex does, which are pieced together again at their first use.
 */
export function uuidFromBytes(bytes: Uint8Array): string {
  for (let i = 0; i < BYTES; i += 1) {
    const at = DIGITS_AT[i]!
    const byte = bytes[i]!
    text[at] = HEX[byte >> 4]!
    text[at + 1] = HEX[byte & 0x0f]!
  }
  return text.toString('latin1')
}
