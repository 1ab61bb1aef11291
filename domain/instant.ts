const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/

export const INSTANT_EXPECTED = 'an RFC 3339 instant such as 2025-10-15T12:00:00Z, years 0001 to 9999'

const EARLIEST = utc(1, 1, 1, 0, 0, 0, 0)
const LATEST = utc(9999, 12, 31, 23, 59, 59, 999)

/** Not `Date.UTC`, which reads the years 0–99 as 1900–1999. */
function utc(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  ms: number,
): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second, ms)
  return date.getTime()
}

/**
 * Milliseconds since 1970 of an RFC 3339 instant, or `null` when it is none: the calendar is checked (no 2025-02-30),
 * an offset is required, leap seconds have no place in Unix time, digits below the millisecond are cut.
 */
export function parseInstant(text: string): number | null {
  const match = RFC3339.exec(text)
  if (match === null) return null
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if (year < 1 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return null
  const ms = match[7] === undefined ? 0 : Number(match[7].padEnd(3, '0').slice(0, 3))
  const local = utc(year, month, day, hour, minute, second, ms)
  if (new Date(local).getUTCDate() !== day) return null
  const offset = offsetMs(match[8], match[9], match[10])
  if (offset === null) return null
  const instant = local - offset
  return instant < EARLIEST || instant > LATEST ? null : instant
}

function offsetMs(sign: string | undefined, hours: string | undefined, minutes: string | undefined): number | null {
  if (sign === undefined) return 0
  if (Number(hours) > 23 || Number(minutes) > 59) return null
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}

/** RFC 3339 in UTC with milliseconds. `instant` lies within the years 0001–9999. */
export const formatInstant = (instant: number): string => new Date(instant).toISOString()
