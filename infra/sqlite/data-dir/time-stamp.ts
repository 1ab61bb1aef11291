/** An instant (milliseconds) as a part of a file's name: `20261122T183000123Z`. They sort as the instants do. */
export const timeStamp = (instant: number): string => new Date(instant).toISOString().replaceAll(/[-:.]/g, '')

const STAMP = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/

/** The instant of a {@link timeStamp}, or `null`. */
export function instantOfStamp(text: string): number | null {
  const [, year, month, day, hours, minutes, seconds, milliseconds] = STAMP.exec(text) ?? []
  const instant = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}.${milliseconds}Z`)
  return Number.isNaN(instant) ? null : instant
}
