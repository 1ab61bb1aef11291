import test from 'ava'
import { createLongTermProjection } from '../../projections/long-term/long-term-projection.ts'
import { catalogue, entryOf, newestOf } from '../../schemas/catalogue.ts'
import { createCommandCodec } from '../../schemas/command-codec.ts'
import { decodeSecret, decodeVector, encodeSecret, encodeVector } from '../../schemas/secret-codec.ts'
import { InMemoryLongTermStore } from '../support/in-memory-long-term-store.ts'
import { logRecords, plain, readGoldenLog, stateLike } from './golden-log.ts'

const releases = ['0.1.0', '0.2.0-embed', '0.2.0-erase', '0.2.0-repeats']
const codec = createCommandCodec()

/** Both ways of a seal's inside, by the schema that it says it is of. */
function readSecret(bytes: Buffer) {
  const number = bytes.readUInt16BE(0)
  if (entryOf(number)?.type === 'EmbedSecret') {
    const read = decodeVector(bytes)
    return { number, value: read.ok ? read.value : null, again: read.ok ? encodeVector(read.value) : null }
  }
  const read = decodeSecret(bytes)
  return { number, value: read.ok ? read.value : null, again: read.ok ? encodeSecret(read.value) : null }
}

const isNewest = (number: number): boolean => newestOf(entryOf(number)?.type ?? '').number === number

for (const release of releases) {
  const golden = readGoldenLog(release)

  test(`the log of ${release} folds to the state that ${release} folded it to`, async (t) => {
    const store = new InMemoryLongTermStore()
    const projection = createLongTermProjection(store, codec)
    const result = await projection.fold(0, await store.checkpoint(0), logRecords(golden))
    t.is(result.outcome, 'moved')
    t.deepEqual(stateLike(golden, store.contents()), stateLike(golden, golden.state))
    t.is(store.deadLetters.length, 0)
  })

  test(`what ${release} sealed is read as ${release} meant it`, (t) => {
    for (const { bytes, secret } of golden.secrets) {
      t.deepEqual(plain(readSecret(Buffer.from(bytes, 'hex')).value), secret)
    }
  })

  test(`this build writes the newest schemas byte for byte as ${release} did`, (t) => {
    for (const record of logRecords(golden)) {
      const decoded = codec.decode(record.value)
      if (decoded.ok && isNewest(decoded.entry.number)) t.deepEqual(codec.encode(decoded.value), record.value)
    }
    for (const { bytes } of golden.secrets) {
      const { number, again } = readSecret(Buffer.from(bytes, 'hex'))
      if (isNewest(number)) t.is(again?.toString('hex'), bytes)
    }
  })
}

test('some golden log holds every released schema of commands and of what they seal', (t) => {
  const numbers = new Set<number>()
  for (const golden of releases.map(readGoldenLog)) {
    for (const record of logRecords(golden)) {
      const decoded = codec.decode(record.value)
      if (decoded.ok) numbers.add(decoded.entry.number)
    }
    for (const { bytes } of golden.secrets) numbers.add(Buffer.from(bytes, 'hex').readUInt16BE(0))
  }
  t.deepEqual(
    [...numbers].sort((a, b) => a - b),
    catalogue.filter(({ file }) => /^(memory\.commands|sealed)\//.test(file)).map(({ number }) => number),
  )
})
