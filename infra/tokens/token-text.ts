import { hash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** What secret scanners look for: `\bsmb_[0-9A-Za-z]{49}\b`. */
export const TOKEN_PREFIX = 'smb_'

const RANDOM_BYTES = 32
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 62^43 > 2^256. */
const RANDOM_LENGTH = 43
/** 62^6 > 2^32. */
const CHECKSUM_LENGTH = 6
const FORM = /^smb_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/

/**
 * A new API token: 256 random bits and a CRC-32 over them, in base62, so that it is one word to select, no URL or shell needs
 * it escaped, and a scanner can tell a real one from a text that looks alike.
 */
export function drawToken(random: Uint8Array = randomBytes(RANDOM_BYTES)): string {
  const body = base62(BigInt(`0x${Buffer.from(random).toString('hex')}`), RANDOM_LENGTH)
  return `${TOKEN_PREFIX}${body}${checksum(body)}`
}

/** Whether a text is of the form of an API token and its checksum holds: what is not need not be looked up. */
export function isTokenText(text: string): boolean {
  const match = FORM.exec(text)
  return match !== null && checksum(match[1]!) === match[2]
}

/**
 * All that is stored of a token. A plain SHA-256 is right here, where it would be wrong for a password: there is no dictionary
 * of 256 random bits to try, so a slow hash would cost each request and protect nothing.
 */
export const tokenHash = (token: string): Uint8Array => hash('sha256', token, 'buffer')

/** What people call a token by: the beginning of its hash, which tells nothing of the token. */
export const tokenId = (tokenHash: Uint8Array): string => Buffer.from(tokenHash).toString('hex', 0, 8)

const checksum = (body: string): string => base62(BigInt(crc32(body)), CHECKSUM_LENGTH)

function base62(value: bigint, length: number): string {
  let text = ''
  for (let rest = value; rest > 0n; rest /= 62n) text = ALPHABET[Number(rest % 62n)]! + text
  return text.padStart(length, '0')
}
