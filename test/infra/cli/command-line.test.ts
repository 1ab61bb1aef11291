import test from 'ava'
import { readCommandLine } from '../../../infra/cli/command-line.ts'

const read = (...argv: readonly string[]) => readCommandLine(argv, {})
const local = { url: 'http://127.0.0.1:9696', isGiven: false, token: null }

test('import takes paths and the fields of every memory', (t) => {
  t.deepEqual(read('import', 'a.md', 'docs', '-n', 'notes', '--user', 'u', '--tag', 'x', '--tag', 'y'), {
    verb: 'import',
    paths: ['a.md', 'docs'],
    namespace: 'notes',
    userId: 'u',
    agentId: null,
    tags: ['x', 'y'],
    server: local,
  })
})

test('recall takes a question in one word or several', (t) => {
  t.like(read('recall', 'when do we open?'), { verb: 'recall', query: 'when do we open?', namespace: 'default', k: 5 })
  t.like(read('recall', 'when', 'do', 'we'), { query: 'when do we' })
  t.like(read('recall', 'x', '-k', '12', '--min-score', '0.5', '--signals', '0', '--json'), {
    k: 12,
    minScore: 0.5,
    signals: 0,
    asJson: true,
  })
  t.like(read('recall', 'x', '--run', 'r', '--user', 'u', '--agent', 'a'), { runId: 'r', userId: 'u', agentId: 'a' })
  t.like(read('recall', 'x', '--as-of', '2026-03-01', '--known-at', '2026-04-01'), {
    asOf: '2026-03-01',
    knownAt: '2026-04-01',
  })
})

test('the server and the token come from the options, else from the environment', (t) => {
  const environment = { SOMABRAIN_URL: 'http://a:1', SOMABRAIN_API_TOKEN: 's' }
  t.like(readCommandLine(['status'], environment), { server: { url: 'http://a:1', isGiven: true, token: 's' } })
  t.like(readCommandLine(['status', '--url', 'http://b:2', '--token', 'o'], environment), {
    server: { url: 'http://b:2', isGiven: true, token: 'o' },
  })
})

test('the default server is where npm start listens with the same environment', (t) => {
  t.like(readCommandLine(['status'], { SOMABRAIN_PORT: '8080' }), {
    server: { url: 'http://127.0.0.1:8080', isGiven: false },
  })
  t.like(readCommandLine(['status'], { SOMABRAIN_PORT: '0' }), { server: { url: 'http://127.0.0.1:9696' } })
})

test('help is the answer to nothing, to help and to -h', (t) => {
  for (const argv of [[], ['help'], ['import', '-h']]) t.deepEqual(read(...argv), { verb: 'help' })
})

const wrong: ReadonlyArray<readonly [readonly string[], RegExp]> = [
  [['remember'], /no verb "remember"/],
  [['import'], /at least one file/],
  [['recall', ' '], /needs a question/],
  [['recall', 'x', '-k', '0'], /--k must be a number from 1 to 100, not "0"/],
  [['recall', 'x', '-k', 'many'], /not "many"/],
  [['recall', 'x', '--min-score', '2'], /from 0 to 1/],
  [['recall', 'x', '--colour'], /--colour/],
  [['recall', 'x', '-k', '2.5'], /--k must be a whole number from 1 to 100, not "2.5"/],
  [['recall', 'x', '--tag', 'a'], /^recall has no option --tag: it takes --url, --token, --namespace, /],
  [['import', 'x', '--run', 'r'], /^import has no option --run/],
  [['demo', '-n', 'n'], /^demo has no option --namespace: it takes --url, --token$/],
  [['mcp', '-n', 'n'], /^mcp has no option --namespace/],
  [['status', 'now'], /^status takes options only, not "now"$/],
  [['rebuild', 'long-term'], /^rebuild takes options only, not "long-term"$/],
  [['migrate', 'check'], /^migrate takes options only, not "check"$/],
  [['rotate-master-key', 'now'], /^rotate-master-key takes options only, not "now"$/],
  [['audit', 'replay', '--before', '2026-01-01'], /^audit replay has no option --before/],
  [['audit', 'trim', '--before', '2026-01-01', '--since', '2026-01-01'], /^audit trim has no option --since/],
  [['audit', 'key', '--json'], /^audit key has no option --json: it takes none$/],
  [['tokens', 'revoke', '0123456789abcdef', '--tenant', 'a'], /^tokens revoke has no option --tenant/],
  [['dead-letters', 'list', '--yes'], /^dead-letters list has no option --yes/],
  [['schemas', 'check', '--json'], /^schemas has no option --json/],
]

for (const [argv, problem] of wrong) {
  test(`${argv.join(' ')} is answered with what is wrong`, (t) => {
    const line = read(...argv)
    t.is(line.verb, 'wrong')
    if (line.verb === 'wrong') t.regex(line.problem, problem)
  })
}
