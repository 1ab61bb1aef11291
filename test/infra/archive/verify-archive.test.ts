import test, { type ExecutionContext } from 'ava'
import type { SignedAnchor } from '../../../domain/audit/anchor.ts'
import { chainNext, chainStart } from '../../../domain/audit/chain.ts'
import { verifyArchive } from '../../../infra/archive/verify-archive.ts'
import { COMMANDS_TOPIC, EVENTS_TOPIC, OPERATIONS_TOPIC } from '../../../infra/kafka/topic-catalogue.ts'
import { createAuditCodec } from '../../../schemas/audit-codec.ts'
import { catalogue } from '../../../schemas/catalogue.ts'
import { readSchema } from '../../../schemas/schema-content.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { openArchive } from './archive-folder.ts'
import { InMemoryCluster } from './in-memory-cluster.ts'

const CHAIN = { topic: OPERATIONS_TOPIC, partition: 0 } as const

const schemasText = JSON.stringify({
  schemas: catalogue.map((entry) => ({
    ...{ id: entry.number, subject: `test.${entry.number}`, version: 1 },
    schema: readSchema(entry),
  })),
})

const archived = async (folder: string, log: InMemoryCluster): Promise<void> => {
  await openArchive(folder, log, { schemas: async () => schemasText, segmentBytes: 64 << 20 }).round()
}

/** Signs the chain of the first operations up to an offset, over records that the log still holds. */
function anchor(log: InMemoryCluster, kind: 'anchor' | 'trim', offset: number): void {
  const records = log.at(OPERATIONS_TOPIC).records.filter((record) => record.offset <= offset)
  const signed: SignedAnchor = {
    ...{ ...CHAIN, kind, offset, chain: records.reduce(chainNext, chainStart(CHAIN)), entries: offset + 1 },
    ...{ signedAt: 0, keyId: 'key', signature: new Uint8Array(64) },
  }
  log.append(EVENTS_TOPIC, 0, 1, { value: createAuditCodec().encodeAnchor(signed) })
}

/** What is found in an archive of which nothing is wrong. */
function assertSound(t: ExecutionContext, folder: string, expected: { records: number; anchors: number }): void {
  const { records, anchors, problems, differences } = verifyArchive(folder, { isSigned: null })
  t.deepEqual({ problems, differences, records, anchors }, { problems: [], differences: [], ...expected })
}

test('an archive of a log whose operations were trimmed is sound', async (t) => {
  const folder = temporaryFolder(t)
  const log = new InMemoryCluster(100)
  log.append(COMMANDS_TOPIC, 0, 5)
  log.append(OPERATIONS_TOPIC, 0, 10)
  anchor(log, 'anchor', 9)
  await archived(folder, log)
  assertSound(t, folder, { records: 16, anchors: 1 })
  anchor(log, 'trim', 4)
  log.trim(OPERATIONS_TOPIC, 0, 5)
  log.append(OPERATIONS_TOPIC, 0, 2)
  await archived(folder, log)
  assertSound(t, folder, { records: 14, anchors: 1 })
})

test('an archive that begins with a log whose operations were trimmed is sound', async (t) => {
  const folder = temporaryFolder(t)
  const log = new InMemoryCluster(100)
  log.append(OPERATIONS_TOPIC, 0, 10)
  anchor(log, 'anchor', 2)
  anchor(log, 'trim', 4)
  anchor(log, 'anchor', 8)
  log.trim(OPERATIONS_TOPIC, 0, 5)
  await archived(folder, log)
  assertSound(t, folder, { records: 8, anchors: 1 })
})

test('an archive that stood still while operations behind its end were trimmed is sound', async (t) => {
  const folder = temporaryFolder(t)
  const log = new InMemoryCluster(100)
  log.append(OPERATIONS_TOPIC, 0, 4)
  await archived(folder, log)
  log.append(OPERATIONS_TOPIC, 0, 8)
  anchor(log, 'trim', 6)
  log.trim(OPERATIONS_TOPIC, 0, 7)
  await archived(folder, log)
  assertSound(t, folder, { records: 6, anchors: 0 })
})
