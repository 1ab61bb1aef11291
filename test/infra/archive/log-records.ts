import fc from 'fast-check'
import { frameRecord } from '../../../infra/archive/record-frame.ts'
import type { FramedRecord } from '../../../infra/archive/segment-writer.ts'
import type { LogRecord } from '../../../projections/ports/log-reader.ts'

export const logRecord = (offset: number, fields: Partial<LogRecord> = {}): LogRecord => ({
  partition: 0,
  offset,
  timestamp: 1_700_000_000_000 + offset,
  key: Buffer.from(`key of ${offset}`),
  value: Buffer.from(`value of ${offset}`),
  headers: { ce_id: String(offset) },
  ...fields,
})

export const logRecords = (from: number, to: number, fields: Partial<LogRecord> = {}): readonly LogRecord[] =>
  Array.from({ length: to - from }, (_, i) => logRecord(from + i, fields))

export const framed = (record: LogRecord): FramedRecord => ({ offset: record.offset, frame: frameRecord(record) })

/** In a form in which two records are equal when they say the same, whatever kind of array holds their bytes. */
export const plain = ({ partition, offset, timestamp, key, value, headers }: LogRecord) => ({
  ...{ partition, offset, timestamp, headers: Object.entries(headers) },
  ...{ key: Buffer.from(key).toString('hex'), value: Buffer.from(value).toString('hex') },
})

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('\ud83e\udde0', '\ud800', '\0', '"\\'),
)
const bytes = fc.uint8Array({ maxLength: 40 })

/** Whatever Kafka may hand out, and some more. */
export const anyLogRecord: fc.Arbitrary<LogRecord> = fc.record({
  partition: fc.nat(11),
  offset: fc.oneof(fc.nat(1_000), fc.maxSafeNat(), fc.constantFrom(2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER)),
  timestamp: fc.oneof(fc.double(), fc.maxSafeInteger(), fc.constantFrom(0, -1, 0.5, -1.5)),
  key: bytes,
  value: bytes,
  headers: fc.dictionary(text, text, { maxKeys: 4, noNullPrototype: true }),
})
