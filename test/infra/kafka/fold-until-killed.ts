import { createKafkaLogReader } from '../../../infra/kafka/kafka-log-reader.ts'
import { openSqliteLongTermStore } from '../../../infra/sqlite/long-term/sqlite-long-term-store.ts'
import { realKafka } from './kafka-settings.ts'
import { runConsumer } from './run-consumer.ts'

// Child process of partition-consumer-kill.real.test.ts: one member of the group, over a state file that others fold too.
const [topic, group, file] = process.argv.slice(2)
if (topic === undefined || group === undefined || file === undefined) {
  throw new Error('usage: fold-until-killed.ts <topic> <group> <state file>')
}
const reader = createKafkaLogReader(realKafka(), { topic })
await runConsumer({ topic, reader }, group, openSqliteLongTermStore(file))
