import test from 'ava'
import { createKafkaLogWriter } from '../../../infra/kafka/kafka-log-writer.ts'
import { testLogReader } from '../../contract/log-reader.ts'
import { testLogWriter } from '../../contract/log-writer.ts'
import { missingParts } from '../../support/real-parts.ts'
import { realKafka } from './kafka-settings.ts'
import { temporaryLog } from './temporary-log.ts'

const missing = await missingParts('kafka')
let opened: Promise<unknown> = Promise.resolve()
const adapter = {
  name: 'Kafka log',
  async open() {
    // One after the other: eleven topics of twelve partitions made at once would keep the broker from the other suites.
    const opening = opened.then(() => temporaryLog(realKafka()))
    opened = opening
    const log = await opening
    const writer = createKafkaLogWriter(realKafka(), log)
    const close = async () => {
      await writer.close()
      await log.remove()
    }
    return { writer, reader: log.reader, close }
  },
}

if (missing === null) {
  testLogWriter(adapter)
  testLogReader(adapter)
} else {
  test.skip(`the Kafka log keeps the contracts of a log: ${missing}`, () => {})
}
