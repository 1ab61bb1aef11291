const BYTES_A_LINE = 16
const isPrintable = (byte: number): boolean => byte >= 0x20 && byte < 0x7f

/** Sixteen bytes a line: offset, hex, and what of it is printable ASCII. */
export function hexDump(bytes: Uint8Array): readonly string[] {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += BYTES_A_LINE) {
    const piece = [...bytes.subarray(at, at + BYTES_A_LINE)]
    const hex = piece.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const text = piece.map((byte) => (isPrintable(byte) ? String.fromCharCode(byte) : '.')).join('')
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(BYTES_A_LINE * 3 - 1)}  |${text}|`)
  }
  return lines
}
