/** Dimensions of one code: a table of 16 shares answers for all of them. */
export const CODE_DIMENSIONS = 4
/** Codes that the kernel takes at a time. */
const CODES_AT_A_TIME = 4
/** Of four shares, whose sum has to fit a byte. */
const MAX_SHARE = 63
const MAX_ESTIMATE = 0x7fff

/** Codes of a row, filled up to what the kernel takes at a time. */
export const codesOf = (dimensions: number): number =>
  Math.ceil(dimensions / CODE_DIMENSIONS / CODES_AT_A_TIME) * CODES_AT_A_TIME

/**
 * What each code of a row adds to the estimate of its product with the query, 16 bytes a code: bit d of a code is 1 where the
 * value of its dimension d is not below 0. Of a row only signs are
 * known, so the estimate is how much of the query's length lies where the signs agree: Σ |qᵢ| over those dimensions, in
 * steps that keep every share within 63 and every estimate within 15 bits. The query keeps its values, which finds the
 * same rows at a fraction of the depth that a comparison of signs with signs needs (as RaBitQ does: Gao and Long, "RaBitQ",
 * SIGMOD 2024).
 */
export function signTables(query: Int16Array): Uint8Array {
  const codes = codesOf(query.length)
  const step = stepOf(query, codes)
  const tables = new Uint8Array(codes * 16)
  for (let at = 0; at < tables.length; at++) tables[at] = Math.round(agreement(query, at >> 4, at & 15) * step)
  return tables
}

function stepOf(query: Int16Array, codes: number): number {
  let most = 0
  for (let code = 0; code < codes; code++) most = Math.max(most, agreement(query, code, signsOf(query, code)))
  return most === 0 ? 0 : Math.min(MAX_SHARE, Math.floor(MAX_ESTIMATE / codes)) / most
}

/** Σ |q| over the dimensions of a code whose sign is that of its bit. */
function agreement(query: Int16Array, code: number, bits: number): number {
  let sum = 0
  const agreeing = ~(bits ^ signsOf(query, code))
  for (let i = 0; i < CODE_DIMENSIONS; i++) {
    if ((agreeing >> i) & 1) sum += Math.abs(query[code * CODE_DIMENSIONS + i] ?? 0)
  }
  return sum
}

function signsOf(query: Int16Array, code: number): number {
  let bits = 0
  for (let i = 0; i < CODE_DIMENSIONS; i++) if ((query[code * CODE_DIMENSIONS + i] ?? 0) >= 0) bits |= 1 << i
  return bits
}
