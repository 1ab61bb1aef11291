import { randomUUID } from 'node:crypto'
import test from 'ava'
import { genesisRecord } from '../../../commands/genesis-record.ts'
import { createClusterAuditEvidence } from '../../../infra/audit/cluster/cluster-audit-evidence.ts'
import { createKafkaAuditLog } from '../../../infra/audit/cluster/kafka-audit-log.ts'
import { kafkaTrimTarget } from '../../../infra/audit/cluster/kafka-trim-target.ts'
import { createKafka } from '../../../infra/kafka/kafka-client.ts'
import { createKafkaLogReader } from '../../../infra/kafka/kafka-log-reader.ts'
import { COMMANDS_TOPIC } from '../../../infra/kafka/topic-catalogue.ts'
import { createTopics } from '../../../infra/kafka/topics.ts'
import { committedNumbers, createCommandCodec } from '../../../schemas/command-codec.ts'
import { auditLogContract } from '../../contract/audit-log.ts'
import { missingParts } from '../../support/real-parts.ts'
import { realKafka } from '../kafka/kafka-settings.ts'
import { temporaryDatabase } from '../postgres/temporary-database.ts'

const missing = await missingParts('kafka', 'postgres')
const kafka = realKafka()
const closes: Array<() => Promise<unknown>> = []
test.after.always(async () => {
  for (const close of closes.reverse()) await close()
})

async function topicsUnder(prefix: string): Promise<void> {
  const codec = createCommandCodec()
  const { created } = await createTopics(
    kafka,
    { prefix, replication: 1, minInsync: 1, codec },
    (partition, generation) => genesisRecord(codec, partition, generation, 0),
  )
  closes.push(async () => {
    const admin = createKafka(kafka).admin()
    await admin.connect()
    await admin.deleteTopics({ topics: [...created] })
    await admin.disconnect()
  })
}

if (missing === null) {
  auditLogContract(test, 'the audit in Kafka', async () => {
    const prefix = `test-${randomUUID()}.`
    const [database] = await Promise.all([temporaryDatabase(), topicsUnder(prefix)])
    const server = createKafkaAuditLog(kafka, prefix, committedNumbers)
    const operator = createKafkaAuditLog(kafka, prefix, committedNumbers)
    const commands = createKafkaLogReader(kafka, { topic: `${prefix}${COMMANDS_TOPIC}` })
    closes.push(
      () => database.drop(),
      () => commands.close(),
      () => operator.close(),
      () => server.close(),
    )
    return {
      evidence: createClusterAuditEvidence({ ...operator, commands, pool: database.fold }),
      target: kafkaTrimTarget(kafka, operator, database.fold),
      auditCodec: operator.codec,
      writer: server.writer,
      closeWriter: () => server.close(),
    }
  })
} else test.skip(`the audit in Kafka (${missing})`, () => undefined)
