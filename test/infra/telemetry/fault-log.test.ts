import test from 'ava'
import { pino } from 'pino'
import { faultLog } from '../../../infra/telemetry/fault-log.ts'

test('a fault is logged at once, and of those that follow within a second only their number', (t) => {
  const lines: string[] = []
  const logger = pino({ base: null }, { write: (line: string) => void lines.push(line) })
  let now = 0
  const report = faultLog(logger, () => now)
  for (let i = 0; i < 5; i++) report(new Error('the store is down'))
  now = 1000
  report(new Error('the store is still down'))
  t.deepEqual(
    lines.map((line) => JSON.parse(line)).map(({ faults, err }) => [faults, err.message]),
    [
      [1, 'the store is down'],
      [5, 'the store is still down'],
    ],
  )
})
