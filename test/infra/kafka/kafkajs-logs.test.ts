import { Writable } from 'node:stream'
import test from 'ava'
import { logLevel } from 'kafkajs'
import { kafkajsLogLevel, kafkajsLogs } from '../../../infra/kafka/kafkajs-logs.ts'
import { createLogger } from '../../../infra/telemetry/logger.ts'

function logInto(lines: Array<Record<string, unknown>>, level: string) {
  const destination = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>)
      done()
    },
  })
  return createLogger({ level, destination })
}

const entry = (level: logLevel, message: string) => ({
  namespace: 'Connection',
  level,
  label: 'X',
  log: { timestamp: '2026-01-01T00:00:00Z', logger: 'kafkajs', message, stack: 'Error\n  at x', broker: 'a:1' },
})

test('an error of kafkajs, which goes on trying, is a warning without a stack', (t) => {
  const lines: Array<Record<string, unknown>> = []
  const write = kafkajsLogs(logInto(lines, 'info'))(logLevel.WARN)
  write(entry(logLevel.ERROR, 'Connection timeout'))
  write(entry(logLevel.INFO, 'Starting'))
  t.is(lines.length, 1)
  const { level, msg, component, namespace, broker } = lines[0]!
  t.deepEqual(
    { level, msg, component, namespace, broker },
    {
      level: 40,
      msg: 'Connection timeout',
      component: 'kafkajs',
      namespace: 'Connection',
      broker: 'a:1',
    },
  )
  t.false('stack' in lines[0]!)
})

test('kafkajs is asked for no more than what would be logged', (t) => {
  const levelOf = (level: string) => kafkajsLogLevel(logInto([], level))
  t.is(levelOf('trace'), logLevel.DEBUG)
  t.is(levelOf('debug'), logLevel.INFO)
  t.is(levelOf('info'), logLevel.WARN)
  t.is(levelOf('error'), logLevel.NOTHING)
  t.is(levelOf('silent'), logLevel.NOTHING)
})
