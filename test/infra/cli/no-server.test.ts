import test from 'ava'
import { runVerb } from './run-verb.ts'

const VERBS = [['status'], ['recall', 'when?'], ['import', 'README.md']] as const

for (const argv of VERBS) {
  test(`${argv[0]} opens no directory in place of a cluster whose server does not answer`, async (t) => {
    const environment = { SOMABRAIN_PORT: '1', SOMABRAIN_KAFKA_URL: 'kafka://127.0.0.1:1' }
    const { code, printed } = await runVerb(environment, ...argv)
    t.not(code, 0)
    t.regex(
      printed,
      /no server answers at http:\/\/127\.0\.0\.1:1, and the addresses of a cluster are set: start a server/,
    )
    t.notRegex(printed, /nothing is stored|opening|^ {4}at /m)
  })
}
