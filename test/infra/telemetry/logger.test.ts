import test from 'ava'
import { createLogger } from '../../../infra/telemetry/logger.ts'

const logging = (write: (logger: ReturnType<typeof createLogger>) => void): string => {
  const lines: string[] = []
  write(createLogger({ level: 'info', destination: { write: (line) => lines.push(line) } }))
  return lines.join('')
}

test('lines are JSON with RFC 3339 times', (t) => {
  const line = JSON.parse(logging((logger) => logger.info({ port: 9696 }, 'listening')))
  t.like(line, { level: 30, service: 'somabrain', port: 9696, msg: 'listening' })
  t.regex(line.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
})

test('credentials are redacted wherever headers are logged', (t) => {
  const text = logging((logger) => {
    const headers = { authorization: 'Bearer s3cret', cookie: 's3cret' }
    logger.info({ headers, req: { headers }, request: { headers }, authorization: 's3cret' }, 'asked')
  })
  t.false(text.includes('s3cret'))
  t.true(text.includes('[redacted]'))
})

test('less severe lines are left out', (t) => {
  t.is(
    logging((logger) => logger.debug('noise')),
    '',
  )
})
