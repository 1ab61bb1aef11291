import test from 'ava'
import fc from 'fast-check'
import { createLogger } from '../../../infra/telemetry/logger.ts'
import { scrubSecrets } from '../../../infra/telemetry/scrub-secrets.ts'
import { drawToken } from '../../../infra/tokens/token-text.ts'
import { propertyRuns } from '../../support/property-runs.ts'

const CANARY = 'C4n4ry-0f_this.test'
const JWT = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(CANARY).toString('base64url')}.c2lnbmF0dXJl`

const texts: ReadonlyArray<readonly [string, string]> = [
  [
    `connect to postgresql://soma:${CANARY}@db:5432/x failed`,
    'connect to postgresql://soma:[redacted]@db:5432/x failed',
  ],
  [`redis://:${CANARY}@localhost`, 'redis://:[redacted]@localhost'],
  [`http://u:${CANARY}@a:1 http://u:${CANARY}@b`, 'http://u:[redacted]@a:1 http://u:[redacted]@b'],
  [`GET /x?a=1&token=${CANARY}&b=2`, 'GET /x?a=1&token=[redacted]&b=2'],
  [`"authorization":"Bearer ${CANARY}"`, '"authorization":"Bearer [redacted]"'],
  [`authorization: bearer ${CANARY}, x`, 'authorization: bearer [redacted], x'],
  [`it was ${JWT}.`, 'it was [redacted].'],
]
for (const [text, expected] of texts) {
  test(`a secret goes and its surroundings stay: ${expected}`, (t) => {
    t.is(scrubSecrets(text), expected)
  })
}

test('ordinary lines stay as they are', (t) => {
  for (const text of [
    '{"level":30,"time":"2026-11-21T16:33:34.727Z","service":"somabrain","msg":"Server listening at http://127.0.0.1:1"}',
    'kafka://a:9092,b:9092',
    'https://example.com/a@b',
    'eyJ is how they begin',
  ]) {
    t.is(scrubSecrets(text), text)
  }
})

test('no token of ours passes, wherever it stands in a line', (t) => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const token = drawToken()
      t.false(scrubSecrets(`${before} ${token} ${after}`).includes(token))
    }),
    { numRuns: propertyRuns(100) },
  )
})

test('a line stays JSON whatever was scrubbed from it', (t) => {
  const lines: string[] = []
  const logger = createLogger({ level: 'info', destination: { write: (line) => lines.push(line) } })
  const error = new Error(`password authentication failed: postgresql://soma:${CANARY}@db/x\n"Bearer ${CANARY}"`)
  logger.info({ err: error, headers: { 'x-authorization': `Bearer ${CANARY}` }, nested: { deep: JWT } }, `token=${JWT}`)
  const line = JSON.parse(lines.join(''))
  t.is(line.nested.deep, '[redacted]')
  t.false(lines.join('').includes(CANARY))
  t.false(lines.join('').includes(JWT))
})
