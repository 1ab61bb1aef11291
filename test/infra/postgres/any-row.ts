import fc from 'fast-check'

/** A row of any values that long-term memory has columns for. */
export const anyRow = fc.record({
  int8: fc.maxSafeInteger(),
  int4: fc.integer(),
  uuid: fc.option(fc.uuid()),
  bytea: fc.option(fc.uint8Array({ maxLength: 300 })),
  // Any Unicode but U+0000, which Postgres has no text with.
  text: fc.option(fc.string({ unit: 'grapheme', maxLength: 50 }).map((text) => text.replaceAll('\0', ''))),
  bool: fc.boolean(),
})

export type AnyRow = typeof anyRow extends fc.Arbitrary<infer Row> ? Row : never

/** The row as the wire brings it. */
export const asRead = ({ int8, int4, uuid, bytea, text, bool }: AnyRow): (string | null)[] => [
  `${int8}`,
  `${int4}`,
  uuid,
  bytea && `\\x${Buffer.from(bytea).toString('hex')}`,
  text,
  bool ? 't' : 'f',
]
