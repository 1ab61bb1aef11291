import { readFileSync } from 'node:fs'
import type { LogRecord } from '../../projections/ports/log-reader.ts'

/** A record as a release wrote it. Bytes are hex. */
export interface GoldenRecord {
  readonly key: string
  readonly value: string
}

/** One release's log: never edited once released; a release that adds a schema version adds a file. */
export interface GoldenLog {
  readonly release: string
  readonly records: readonly GoldenRecord[]
  /** Inside of a seal, as that release wrote it, and what it means. */
  readonly secrets: ReadonlyArray<{ readonly bytes: string; readonly secret: unknown }>
  /** What the fold makes of the records: bytes as hex. */
  readonly state: unknown
}

export const readGoldenLog = (release: string): GoldenLog =>
  JSON.parse(readFileSync(new URL(`log-${release}.json`, import.meta.url), 'utf8')) as GoldenLog

export const logRecords = (golden: GoldenLog): LogRecord[] =>
  golden.records.map(({ key, value }, offset) => ({
    partition: 0,
    offset,
    key: Buffer.from(key, 'hex'),
    value: Buffer.from(value, 'hex'),
    headers: {},
    timestamp: 0,
  }))

/** Values with their bytes as hex, so that they compare with JSON. */
export const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, function (key, item) {
      const original = (this as Record<string, unknown>)[key]
      return original instanceof Uint8Array ? Buffer.from(original).toString('hex') : item
    }),
  )

/**
 * A state as far as a release knew of it: without kinds of rows that came later, and without the number of the fold's
 * version, which changes with every new column.
 */
export function stateLike(golden: GoldenLog, state: unknown): unknown {
  const known = new Set(Object.keys(golden.state as object))
  return JSON.parse(
    JSON.stringify(plain(state), (key, item) => (key === 'foldVersion' ? undefined : item)),
    (key, item) =>
      key === '' ? Object.fromEntries(Object.entries(item as object).filter(([name]) => known.has(name))) : item,
  )
}
