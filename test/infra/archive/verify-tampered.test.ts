import test, { type ExecutionContext } from 'ava'
import type { ArchivedPartition } from '../../../infra/archive/archive-manifest.ts'
import { writeManifest } from '../../../infra/archive/archive-manifest.ts'
import { type VerifiedArchive, verifyArchive } from '../../../infra/archive/verify-archive.ts'
import { COMMANDS_TOPIC, KEYS_TOPIC, OPERATIONS_TOPIC } from '../../../infra/kafka/topic-catalogue.ts'
import { catalogue } from '../../../schemas/catalogue.ts'
import { createCommandCodec } from '../../../schemas/command-codec.ts'
import { readSchema } from '../../../schemas/schema-content.ts'
import { uuidOf } from '../../support/arbitrary-commands.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { manifestOf, openArchive } from './archive-folder.ts'
import { InMemoryCluster } from './in-memory-cluster.ts'

// What every byte agrees with, and what is not so all the same.

const schemasText = JSON.stringify({
  schemas: catalogue.map((entry) => ({ id: entry.number, subject: 's', version: 1, schema: readSchema(entry) })),
})

async function archiveOf(t: ExecutionContext, log: InMemoryCluster): Promise<string> {
  const folder = temporaryFolder(t)
  await openArchive(folder, log, { schemas: async () => schemasText }).round()
  return folder
}

/** Writes the manifest anew with another first partition of a topic. */
function rewritten(folder: string, topic: string, change: (partition: ArchivedPartition) => ArchivedPartition): void {
  const manifest = manifestOf(folder)
  const [first, ...rest] = manifest.topics[topic]!
  writeManifest(folder, { ...manifest, topics: { ...manifest.topics, [topic]: [change(first!), ...rest] } })
}

const found = (folder: string): Pick<VerifiedArchive, 'problems' | 'differences'> => {
  const { problems, differences } = verifyArchive(folder, { isSigned: null })
  return { problems, differences }
}

const small = (): InMemoryCluster => {
  const log = new InMemoryCluster(100)
  log.append(COMMANDS_TOPIC, 0, 5)
  log.append(OPERATIONS_TOPIC, 0, 10)
  return log
}

test('records behind the last anchor are counted: nothing signed speaks of them', async (t) => {
  const verified = verifyArchive(await archiveOf(t, small()), { isSigned: null })
  t.like(verified, { problems: [], differences: [], anchors: 0, unanchored: 15 })
})

test('writes that are said to be trimmed are not taken away', async (t) => {
  const folder = await archiveOf(t, small())
  rewritten(folder, COMMANDS_TOPIC, (partition) => ({ ...partition, start: 3 }))
  t.deepEqual(found(folder).problems, ['memory.commands partition 0 begins at 3'])
})

test('operations that are trimmed without a signature for it are not as signed', async (t) => {
  for (const start of [4, 1e12]) {
    const folder = await archiveOf(t, small())
    rewritten(folder, OPERATIONS_TOPIC, (partition) => ({ ...partition, start }))
    t.deepEqual(found(folder).differences, [
      `audit.operations/0 begins at offset ${start}, and no trim was signed there`,
    ])
  }
})

test('a manifest that names another last record is found: no round would go on from it', async (t) => {
  const folder = await archiveOf(t, small())
  rewritten(folder, COMMANDS_TOPIC, (partition) => ({ ...partition, lastRecord: '00' }))
  t.deepEqual(found(folder).problems, ['memory.commands partition 0 ends with another record than archive.json says'])
})

test('an id that records name and no archived schema has is found', async (t) => {
  const log = new InMemoryCluster(100)
  log.append(COMMANDS_TOPIC, 0, 1, { value: Buffer.from([0, 0, 0, 255, 255, 1, 2, 3]) })
  log.append(COMMANDS_TOPIC, 1, 1, { value: Buffer.from([0, 0, 1, 0, 0, 1, 2, 3]) })
  t.deepEqual(found(await archiveOf(t, log)), {
    problems: [],
    differences: ['records name schemas that are not archived, by id 65535 and 1 other ids'],
  })
})

const [lost, known] = ['5c'.repeat(16), '5d'.repeat(16)]

/** Bytes of a record whose envelope names a data key. */
const naming = (type: 'Link' | 'Erase', keyId: string): Uint8Array => {
  const envelope = { commandId: uuidOf('cmd', 1), recordedAt: 1_000, principal: 'tester', keyId }
  const requestHmac = new Uint8Array(32)
  return createCommandCodec().encode(
    type === 'Link'
      ? { type, ...envelope, requestHmac, from: uuidOf('mem', 1), rel: 'about', to: uuidOf('mem', 2) }
      : { type, ...envelope, requestHmac, receiptId: uuidOf('rec', 1), keyIds: [known], parts: [] },
  )
}

test('a data key that records need and the archive lacks is damage', async (t) => {
  const log = new InMemoryCluster(100)
  for (const keyId of [lost, known]) log.append(COMMANDS_TOPIC, 0, 2, { value: naming('Link', keyId) })
  log.append(KEYS_TOPIC, 0, 1, { key: Buffer.from(known) })
  const problems = [`memory.keys does not know data key ${lost}, which records need`]
  t.deepEqual(found(await archiveOf(t, log)), { problems, differences: [] })
})

test('an erasure that was repeated behind a restore may name a data key that was lost', async (t) => {
  const log = new InMemoryCluster(100)
  log.append(COMMANDS_TOPIC, 0, 1, { value: naming('Erase', lost) })
  t.deepEqual(found(await archiveOf(t, log)), { problems: [], differences: [] })
})

test('damage is told also where a round ends in every look', async (t) => {
  const folder = await archiveOf(t, small())
  rewritten(folder, COMMANDS_TOPIC, (partition) => ({ ...partition, lastRecord: '00' }))
  let rounds = 0
  const isSigned = () => true
  const { topics, ...rest } = manifestOf(folder)
  const watched = Object.defineProperty({ isSigned }, 'isSigned', {
    get() {
      rounds++
      writeManifest(folder, { ...rest, topics, archivedAt: new Date(rounds).toISOString() })
      return isSigned
    },
  })
  t.is(verifyArchive(folder, watched).problems.length, 1)
  t.is(rounds, 3)
})
