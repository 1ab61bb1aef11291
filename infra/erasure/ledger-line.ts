import { crc32 } from 'node:zlib'
import type { LedgerEntry } from '../../commands/ports/erasure-ledger.ts'

/** Every line begins so: what begins otherwise is no line that a crash cut short. */
const BEGINNING = '{"receiptId":"'
const CHECKED = /^(.*),"crc32":"([0-9a-f]{8})"\}$/

/** An entry as a line of the ledger, without its end: JSON whose last member is the CRC-32 of what it is without it. */
export function ledgerLine(entry: LedgerEntry): string {
  const { receiptId, tenant, recordedAt, principal, namespaces } = entry
  const text = JSON.stringify({ receiptId, tenant, recordedAt, principal, namespaces })
  return `${text.slice(0, -1)},"crc32":"${checksum(text)}"}`
}

/** The entry of a line, `null` when it is none, or not as it was written. Lines of before the check have none. */
export function parseLedgerLine(line: string): LedgerEntry | null {
  const [, body, crc] = CHECKED.exec(line) ?? []
  if (body === undefined) return entryOf(line)
  return checksum(`${body}}`) === crc ? entryOf(`${body}}`) : null
}

/**
 * Whether a crash in the middle of a write leaves this: the beginning of a line, and no whole one with something behind it,
 * which is an entry that somebody was told of.
 */
export function isCutLine(tail: string): boolean {
  if (!tail.startsWith(BEGINNING) && !BEGINNING.startsWith(tail)) return false
  for (let end = tail.indexOf('}'); end >= 0; end = tail.indexOf('}', end + 1)) {
    if (parseLedgerLine(tail.slice(0, end + 1)) !== null) return false
  }
  return true
}

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0')

function entryOf(text: string): LedgerEntry | null {
  try {
    const value: unknown = JSON.parse(text)
    return isEntry(value) ? value : null
  } catch {
    return null
  }
}

const isText = (value: unknown): value is string => typeof value === 'string'

const hasMembers = (value: unknown, names: string): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.keys(value).sort().join(' ') === names

/** Just these members: a check whose own name is damaged must not pass for none. */
const isEntry = (value: unknown): value is LedgerEntry =>
  hasMembers(value, 'namespaces principal receiptId recordedAt tenant') &&
  [value.receiptId, value.tenant, value.principal].every(isText) &&
  Number.isSafeInteger(value.recordedAt) &&
  Array.isArray(value.namespaces) &&
  value.namespaces.every(isPart)

const isPart = (value: unknown): boolean =>
  hasMembers(value, 'keyId keyIds namespace requestHmac') &&
  [value.keyId, value.namespace, value.requestHmac].every(isText) &&
  Array.isArray(value.keyIds) &&
  value.keyIds.every(isText)
