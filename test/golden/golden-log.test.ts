import test from 'ava'
import { createLongTermProjection } from '../../projections/long-term/long-term-projection.ts'
import { catalogue } from '../../schemas/catalogue.ts'
import { createCommandCodec } from '../../schemas/command-codec.ts'
import { decodeSecret, encodeSecret } from '../../schemas/secret-codec.ts'
import { InMemoryLongTermStore } from '../support/in-memory-long-term-store.ts'
import { logRecords, plain, readGoldenLog } from './golden-log.ts'

const releases = ['0.1.0']
const codec = createCommandCodec()

for (const release of releases) {
  const golden = readGoldenLog(release)

  test(`the log of ${release} folds to the state that ${release} folded it to`, async (t) => {
    const store = new InMemoryLongTermStore()
    const projection = createLongTermProjection(store, codec)
    const result = await projection.fold(0, await store.checkpoint(0), logRecords(golden))
    t.is(result.outcome, 'moved')
    t.deepEqual(plain(store.contents()), golden.state)
    t.is(store.deadLetters.length, 0)
  })

  test(`what ${release} sealed is read as ${release} meant it`, (t) => {
    for (const { bytes, secret } of golden.secrets) {
      const read = decodeSecret(Buffer.from(bytes, 'hex'))
      t.true(read.ok)
      if (read.ok) t.deepEqual(plain(read.value), secret)
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
    catalogue.filter(({ file }) => !file.startsWith('memory.keys/')).map(({ number }) => number),
  )
})

test('this build writes the newest schemas byte for byte as it released them', (t) => {
  const golden = readGoldenLog(releases.at(-1)!)
  for (const record of logRecords(golden)) {
    const decoded = codec.decode(record.value)
    if (decoded.ok) t.deepEqual(codec.encode(decoded.value), record.value)
  }
  for (const { bytes } of golden.secrets) {
    const read = decodeSecret(Buffer.from(bytes, 'hex'))
    if (read.ok) t.is(encodeSecret(read.value).toString('hex'), bytes)
  }
})
