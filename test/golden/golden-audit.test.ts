import { readFileSync } from 'node:fs'
import test from 'ava'
import { createAuditCodec } from '../../schemas/audit-codec.ts'
import { catalogue, entryOf, newestOf } from '../../schemas/catalogue.ts'
import { plain } from './golden-log.ts'

/** An entry of the audit as a released schema has it. Never edited once released. */
interface GoldenEntry {
  readonly schema: string
  /** Hex. */
  readonly bytes: string
  /** Bytes in it as hex. */
  readonly value: object
}

const SCHEMA_NUMBER_AT = 1
const codec = createAuditCodec()
const entries = JSON.parse(readFileSync(new URL('audit-0.2.0.json', import.meta.url), 'utf8')) as GoldenEntry[]

const numberOf = ({ bytes }: GoldenEntry): number => Buffer.from(bytes, 'hex').readUInt32BE(SCHEMA_NUMBER_AT)

for (const [index, entry] of entries.entries()) {
  const written = Buffer.from(entry.bytes, 'hex')
  const { type, number } = entryOf(numberOf(entry))!

  test(`entry ${index}, of ${entry.schema}, is read as it was meant, and written as it was while its schema is the newest`, (t) => {
    if (type === 'AuditAnchor') {
      const read = codec.decodeAnchor(written)
      t.true(read.ok)
      if (!read.ok) return
      t.deepEqual(plain(read.value), entry.value)
      if (newestOf(type).number === number) t.is(codec.encodeAnchor(read.value).toString('hex'), entry.bytes)
      return
    }
    const read = codec.decodeOperation(written)
    const head = codec.decodeOperationHead(written)
    t.true(read.ok && head.ok)
    if (!read.ok || !head.ok) return
    t.deepEqual(plain(read.value), entry.value)
    t.like(entry.value, head.value)
    if (newestOf(type).number === number) t.is(codec.encodeOperation(read.value).toString('hex'), entry.bytes)
  })
}

test('there is a golden entry of every released schema of the audit', (t) => {
  t.deepEqual(
    [...new Set(entries.map(numberOf))].sort((a, b) => a - b),
    catalogue.filter(({ file }) => file.startsWith('audit.')).map(({ number }) => number),
  )
})
